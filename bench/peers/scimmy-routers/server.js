// scimmy-routers on Express, over a small store in memory.
//
// SCIMMY leaves storage to the application: it calls `ingress` to write, `egress` to read and `degress` to delete. A
// filter is matched by SCIMMY itself, over everybody. Of a page by index the store gives only what is on it: SCIMMY
// takes an array that has the length of the whole and holds no more than the page (see its `ListResponse`).

import { randomUUID } from "node:crypto";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const token = process.env.PEER_TOKEN;

/** Resources of one type. `unique` names the attribute that no two of them may share, whatever its case. */
class Store {
    #resources = new Map();
    #owners = new Map();
    #unique;

    constructor(unique) {
        this.#unique = unique;
    }

    ingress(resource, data) {
        const id = resource.id ?? randomUUID();
        const before = this.#resources.get(id);
        if (resource.id && !before) throw notFound(id);
        this.#claim(id, data, before);
        const now = new Date();
        const meta = { created: before?.meta.created ?? now, lastModified: now };
        const stored = { ...data, id, meta };
        this.#resources.set(id, stored);
        return stored;
    }

    egress(resource) {
        if (resource.id) {
            const found = this.#resources.get(resource.id);
            if (!found) throw notFound(resource.id);
            return found;
        }
        const all = [...this.#resources.values()];
        return resource.filter ? resource.filter.match(all) : page(all, resource.constraints);
    }

    degress({ id }) {
        const before = this.#resources.get(id);
        if (!before) throw notFound(id);
        this.#owners.delete(this.#key(before));
        this.#resources.delete(id);
    }

    #key(data) {
        return this.#unique && data[this.#unique].toLowerCase();
    }

    #claim(id, data, before) {
        if (!this.#unique) return;
        const key = this.#key(data);
        if ((this.#owners.get(key) ?? id) !== id) {
            throw new SCIMMY.Types.Error(409, "uniqueness", `${this.#unique} is taken`);
        }
        if (before) this.#owners.delete(this.#key(before));
        this.#owners.set(key, id);
    }
}

/** An array as long as `all` with the page's resources alone. SCIMMY cuts again where the page begins early, so not there. */
function page(all, { startIndex = 1, count = 20, sortBy } = {}) {
    if (sortBy || (startIndex > 1 && startIndex <= count)) return all;
    const sparse = new Array(all.length);
    const end = Math.min(startIndex - 1 + count, all.length);
    for (let at = startIndex - 1; at < end; at++) sparse[at] = all[at];
    return sparse;
}

function notFound(id) {
    return new SCIMMY.Types.Error(404, null, `Resource ${id} not found`);
}

function declare(Resource, store) {
    SCIMMY.Resources.declare(Resource)
        .ingress((resource, data) => store.ingress(resource, data))
        .egress((resource) => store.egress(resource))
        .degress((resource) => store.degress(resource));
}

SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser);
declare(SCIMMY.Resources.User, new Store("userName"));
declare(SCIMMY.Resources.Group, new Store());

const app = express();
app.use("/scim/v2", new SCIMMYRouters({
    type: "bearer",
    handler: (request) => {
        if (request.header("Authorization") !== `Bearer ${token}`) throw new Error("Authorization not detected!");
        return "scimd-bench";
    },
}));
app.listen(Number(process.env.PEER_PORT), "127.0.0.1");
