// Shows the description of the server that this page came from.
"use strict";

// What a proxy puts in front of /docs.
const prefix = location.pathname.replace(/\/docs\/*$/, "");

// Requests go where the page came from, under the name it was reached by: the public URL may be another one, and the
// page may not talk to others.
function reachable(description) {
  const publicUrl = description.paths["/livez"].servers[0].url;
  const holders = [description, ...Object.values(description.paths)];
  for (const server of holders.flatMap((holder) => holder.servers ?? [])) {
    server.url = location.origin + prefix + server.url.slice(publicUrl.length);
  }
  return description;
}

async function show() {
  const answer = await fetch(`${prefix}/openapi.json`);
  const description = await answer.json();
  SwaggerUIBundle({
    spec: reachable(description),
    dom_id: "#page",
    deepLinking: true,
    displayRequestDuration: true,
    defaultModelsExpandDepth: 0,
    // The badge that would ask a server elsewhere whether the description is valid.
    validatorUrl: null,
  });
}

show().catch((error) => {
  const text = `The description cannot be shown: ${error.message}`;
  document.body.append(Object.assign(document.createElement("p"), { className: "failed", textContent: text }));
});
