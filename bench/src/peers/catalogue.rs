//! The peers: what they are installed from and how they are started. Their files stand in `bench/peers`.

pub(super) struct Peer {
    pub(super) name: &'static str,
    /// Name, version, and what it runs in.
    pub(super) title: &'static str,
    /// Store and processes, for the report.
    pub(super) set_up: &'static str,
    pub(super) registry: Registry,
    /// Files and their places in the directory of the peer. The first one names the packages with their versions.
    pub(super) files: &'static [File],
    /// Program and arguments, in the directory of the peer. `PEER_PORT` and `PEER_TOKEN` are in its environment.
    pub(super) command: &'static [&'static str],
    /// The path of the SCIM base.
    pub(super) base: &'static str,
}

pub(super) struct File {
    pub(super) place: &'static str,
    pub(super) text: &'static str,
    pub(super) when: When,
}

/// Whether a package may write a file of that name while it is installed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Before,
    After,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Registry {
    /// A virtual environment in `venv`, filled from `requirements.txt`.
    Python,
    /// `node_modules`, filled from `package.json`.
    Npm,
}

pub(super) const PEERS: &[Peer] = &[
    Peer {
        name: "scim2-server",
        title: "scim2-server 0.8.3 under gunicorn 27.0.1",
        set_up: "its own store in memory, so one worker process with one thread",
        registry: Registry::Python,
        files: &[
            File {
                place: "requirements.txt",
                text: include_str!("../../peers/scim2-server/requirements.txt"),
                when: When::Before,
            },
            File {
                place: "app.py",
                text: include_str!("../../peers/scim2-server/app.py"),
                when: When::Before,
            },
            File {
                place: "gunicorn.conf.py",
                text: include_str!("../../peers/scim2-server/gunicorn.conf.py"),
                when: When::Before,
            },
        ],
        command: &["venv/bin/gunicorn", "app:app"],
        base: "/v2",
    },
    Peer {
        name: "scimmy-routers",
        title: "scimmy-routers 1.3.2 on Express 4.22.3",
        set_up: "the benchmark's store in memory (bench/peers), one process",
        registry: Registry::Npm,
        files: &[
            File {
                place: "package.json",
                text: include_str!("../../peers/scimmy-routers/package.json"),
                when: When::Before,
            },
            File {
                place: "server.js",
                text: include_str!("../../peers/scimmy-routers/server.js"),
                when: When::Before,
            },
        ],
        command: &["node", "server.js"],
        base: "/scim/v2",
    },
    // Written from its README: no registry within reach had it.
    Peer {
        name: "scimgateway",
        title: "scimgateway 6.2.5 with plugin-loki",
        set_up: "its own store in memory (LokiJS), one process",
        registry: Registry::Npm,
        files: &[
            File {
                place: "package.json",
                text: include_str!("../../peers/scimgateway/package.json"),
                when: When::Before,
            },
            File {
                place: "index.ts",
                text: include_str!("../../peers/scimgateway/index.ts"),
                when: When::After,
            },
            File {
                place: "config/plugin-loki.json",
                text: include_str!("../../peers/scimgateway/plugin-loki.json"),
                when: When::After,
            },
        ],
        command: &["node", "--import=tsx", "index.ts"],
        base: "",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_has_the_versions_that_are_installed() {
        for peer in PEERS {
            let words: Vec<&str> = peer.title.split(' ').collect();
            for pair in words.windows(2) {
                if pair[1].starts_with(|c: char| c.is_ascii_digit()) {
                    let (name, version) = (pair[0].to_lowercase(), pair[1]);
                    let pinned = match peer.registry {
                        Registry::Python => format!("{name}=={version}\n"),
                        Registry::Npm => format!("\"{name}\": \"{version}\""),
                    };
                    assert!(peer.files[0].text.contains(&pinned), "{pinned}");
                }
            }
        }
    }
}
