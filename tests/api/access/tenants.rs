//! Tenants: each sees its own data only, under its own URL (RFC 7644 §6).

use serde_json::{Value, json};

use crate::support::{ENTERPRISE, GROUP, Request, TestServer, USER, id};

/// The caller of one tenant: the same server with another token.
struct Tenant<'a> {
    server: &'a TestServer,
    token: String,
}

impl<'a> Tenant<'a> {
    #[track_caller]
    fn create(server: &'a TestServer, slug: &str) -> Self {
        server.cli(&["tenant", "create", slug]).ok();
        let output = server.cli(&["token", "create", slug]).ok();
        let token = output
            .lines()
            .last()
            .expect("the token is printed")
            .to_owned();
        Self { server, token }
    }

    fn get(&self, path: &str) -> Request {
        self.server.get(path).token(&self.token)
    }

    fn post(&self, path: &str, body: Value) -> Request {
        self.server.post(path, body).token(&self.token)
    }

    fn put(&self, path: &str, body: Value) -> Request {
        self.server.put(path, body).token(&self.token)
    }

    fn patch(&self, path: &str, operations: Value) -> Request {
        self.server.patch(path, operations).token(&self.token)
    }

    fn delete(&self, path: &str) -> Request {
        self.server.delete(path).token(&self.token)
    }

    #[track_caller]
    fn user(&self, name: &str) -> Value {
        let body = json!({
            "schemas": [USER], "userName": name, "externalId": "x-1", "emails": [{ "value": format!("{name}@x.org") }],
        });
        self.post("/Users", body).send().expect(201)
    }

    #[track_caller]
    fn group(&self, name: &str, member: &Value) -> Value {
        let body = json!({ "schemas": [GROUP], "displayName": name, "members": [{ "value": id(member) }] });
        self.post("/Groups", body).send().expect(201)
    }

    /// Number of matches of a filter; it must equal the number of resources.
    #[track_caller]
    fn count(&self, endpoint: &str, filter: &str) -> usize {
        let list = self
            .get(endpoint)
            .query("filter", filter)
            .send()
            .expect(200);
        let found = list["Resources"]
            .as_array()
            .expect("a list has Resources")
            .len();
        assert_eq!(list["totalResults"], found, "{filter}");
        found
    }
}

api_test! {
    /// Rows: TENANT-01 TENANT-02 TENANT-03 TENANT-04 TENANT-05 TENANT-07 GEN-9
    fn tenant_01_the_token_chooses_the_tenant(server) {
        let (one, two) = (Tenant::create(&server, "one"), Tenant::create(&server, "two"));
        // The same names in each: nothing collides.
        let (ada, her_twin) = (one.user("ada"), two.user("ADA"));
        let (team, its_twin) = (one.group("Team", &ada), two.group("TEAM", &her_twin));
        assert_ne!(id(&ada), id(&her_twin));
        assert_ne!(id(&team), id(&its_twin));
        for (tenant, user, name) in [(&one, &ada, "ada"), (&two, &her_twin, "ADA")] {
            let list = tenant.get("/Users").send().expect(200);
            assert_eq!(list["totalResults"], 1);
            assert_eq!((&list["Resources"][0]["id"], &list["Resources"][0]["userName"]), (&user["id"], &json!(name)));
            tenant.post("/Users", json!({ "schemas": [USER], "userName": "Ada" })).send().error(409, "uniqueness");
            tenant
                .post("/Groups", json!({ "schemas": [GROUP], "displayName": "team" }))
                .send()
                .error(409, "uniqueness");
        }
        // The tenant a new server begins with is one like the others.
        assert_eq!(server.get("/Users").send().expect(200)["totalResults"], 0);
        server.create_user("ada");
    }

    /// Rows: TENANT-02
    fn tenant_02_lists_counts_and_filters_hold_only_ones_own(server) {
        let (one, two) = (Tenant::create(&server, "one"), Tenant::create(&server, "two"));
        let ada = one.user("ada");
        let team = one.group("Team", &ada);
        for name in ["u1", "u2", "u3"] {
            two.user(name);
        }
        let version = ada["meta"]["version"].as_str().unwrap();
        for filter in [
            r#"userName eq "ada""#.to_owned(),
            r#"userName sw "a""#.to_owned(),
            format!(r#"id eq "{}""#, id(&ada)),
            format!(r#"id eq "{}" or userName eq "ada""#, id(&ada)),
            r#"emails.value eq "ada@x.org""#.to_owned(),
            r#"emails[value eq "ada@x.org"]"#.to_owned(),
            format!(r#"groups.value eq "{}""#, id(&team)),
            "groups pr".to_owned(),
            format!(r#"meta.location co "{}""#, id(&ada)),
            r#"groups.display eq "Team""#.to_owned(),
        ] {
            assert_eq!(one.count("/Users", &filter), 1, "{filter}");
            assert_eq!(two.count("/Users", &filter), 0, "{filter}");
        }
        for filter in [
            r#"displayName eq "Team""#.to_owned(),
            format!(r#"id eq "{}""#, id(&team)),
            format!(r#"members.value eq "{}""#, id(&ada)),
            format!(r#"members[value eq "{}"]"#, id(&ada)),
            "members pr".to_owned(),
            "id pr".to_owned(),
        ] {
            assert_eq!(one.count("/Groups", &filter), 1, "{filter}");
            assert_eq!(two.count("/Groups", &filter), 0, "{filter}");
        }
        // Negations and alternatives reach no further.
        for (filter, ones, twos) in [
            ("userName pr", 1, 3),
            (r#"not (userName eq "nobody")"#, 1, 3),
            (r#"externalId eq "x-1""#, 1, 3),
            (r#"userName eq "ada" or userName eq "u1""#, 1, 1),
            ("active eq true", 1, 3),
            ("not (groups pr)", 0, 3),
        ] {
            assert_eq!((one.count("/Users", filter), two.count("/Users", filter)), (ones, twos), "{filter}");
        }
        assert_eq!(two.count("/Users", &format!("meta.version eq {}", json!(version))), 3);
        for query in ["sortBy=userName", "sortBy=meta.created&sortOrder=descending", "startIndex=1&count=10"] {
            let list = two.get(&format!("/Users?{query}")).send().expect(200);
            assert_eq!((&list["totalResults"], &list["itemsPerPage"]), (&json!(3), &json!(3)), "{query}");
            assert!(!list.to_string().contains(id(&ada)), "{query}");
        }
        assert_eq!(two.get("/Groups").send().expect(200)["totalResults"], 0);
        let rest = two.get("/Users?startIndex=4").send().expect(200);
        assert_eq!((&rest["totalResults"], &rest["Resources"]), (&json!(3), &json!([])));
    }

    /// Rows: TENANT-02 AUTH-13
    fn tenant_02_what_is_anothers_does_not_exist(server) {
        let (one, two) = (Tenant::create(&server, "one"), Tenant::create(&server, "two"));
        let ada = one.user("ada");
        let team = one.group("Team", &ada);
        let (user, group) = (format!("/Users/{}", id(&ada)), format!("/Groups/{}", id(&team)));
        let (ada, team) = (one.get(&user).send().expect(200), one.get(&group).send().expect(200));
        let title = json!([{ "op": "add", "path": "title", "value": "x" }]);
        let join = json!([{ "op": "add", "path": "members", "value": [{ "value": id(&ada) }] }]);
        for request in [
            two.get(&user),
            two.get(&group),
            two.delete(&user),
            two.delete(&group),
            two.patch(&user, title),
            two.patch(&group, join),
            two.put(&user, json!({ "schemas": [USER], "userName": "ada" })),
            two.put(&group, json!({ "schemas": [GROUP], "displayName": "Team" })),
            two.delete(&user).header("If-Match", "*"),
            two.get(&user).header("If-None-Match", ada["meta"]["version"].as_str().unwrap()),
        ] {
            request.send().error(404, "");
        }
        // Not told apart from what exists nowhere.
        let foreign = two.get(&user).send().error(404, "").replace(id(&ada), "ID");
        let nowhere = two.get("/Users/00000000-0000-7000-8000-000000000000").send().error(404, "");
        assert_eq!(foreign, nowhere.replace("00000000-0000-7000-8000-000000000000", "ID"));
        assert_eq!(one.get(&user).send().expect(200), ada);
        assert_eq!(one.get(&group).send().expect(200), team);
    }

    /// Rows: TENANT-02 DEC-6 GROUP-09
    fn tenant_02_references_do_not_cross(server) {
        let (one, two) = (Tenant::create(&server, "one"), Tenant::create(&server, "two"));
        let (ada, bob) = (one.user("ada"), two.user("bob"));
        let (team, crew) = (one.group("Team", &ada), two.group("Crew", &bob));
        let path = format!("/Groups/{}", id(&crew));
        for foreign in [&ada, &team] {
            let member = json!({ "value": id(foreign) });
            let group = json!({ "schemas": [GROUP], "displayName": "New", "members": [member] });
            for request in [
                two.post("/Groups", group.clone()),
                two.put(&path, group),
                two.patch(&path, json!([{ "op": "add", "path": "members", "value": [member] }])),
                two.patch(
                    &path,
                    json!([{ "op": "replace", "path": "members", "value": [member, { "value": id(&bob) }] }]),
                ),
            ] {
                let detail = request.send().error(400, "invalidValue");
                assert!(detail.contains(id(foreign)), "{detail}");
            }
            // Removing an absent member is no error, and changes no user.
            let leave = json!([{ "op": "remove", "path": format!(r#"members[value eq "{}"]"#, id(foreign)) }]);
            two.patch(&path, leave).send().expect(204);
        }
        server.cli(&["tenant", "set", "two", "ignore-unknown-members=on"]).ok();
        two.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": id(&ada) }] }]))
            .send()
            .expect(204);
        assert_eq!(two.get(&path).send().expect(200), crew);
        assert_eq!(one.get(&format!("/Groups/{}", id(&team))).send().expect(200), team);
        // A manager is a loose reference: the server keeps the id, and tells nothing about the other tenant's user.
        let report = json!({
            "schemas": [USER, ENTERPRISE], "userName": "eve", ENTERPRISE: { "manager": { "value": id(&ada) } },
        });
        let eve = two.post("/Users", report).send().expect(201);
        assert_eq!(eve[ENTERPRISE]["manager"].get("displayName"), None);
        // Deleting in one tenant leaves the other alone.
        one.delete(&format!("/Users/{}", id(&ada))).send().expect(204);
        assert_eq!(two.get(&path).send().expect(200), crew);
        assert_eq!(two.count("/Users", "userName pr"), 2);
    }

    /// Rows: TENANT-01 TENANT-06 TENANT-08 AUTH-13
    fn tenant_08_the_explicit_path_names_the_tenant_in_its_links(server) {
        let (one, two) = (Tenant::create(&server, "one"), Tenant::create(&server, "two"));
        let front = format!("{}/t/one/scim/v2", server.origin());
        let made = one.post("/t/one/scim/v2/Users", json!({ "schemas": [USER], "userName": "ada" })).absolute().send();
        let location = format!("{front}/Users/{}", id(&made.body));
        assert_eq!(made.header("location"), Some(location.as_str()));
        let ada = made.expect(201);
        assert_eq!(ada["meta"]["location"], location.as_str());
        let body = json!({ "schemas": [GROUP], "displayName": "Team", "members": [{ "value": id(&ada) }] });
        let team = one.post("/t/one/scim/v2/Groups", body).absolute().send().expect(201);
        assert_eq!(team["members"][0]["$ref"], location.as_str());
        let path = format!("/t/one/scim/v2/Users/{}", id(&ada));
        let user = one.get(&path).absolute().send().expect(200);
        assert_eq!(user["groups"][0]["$ref"], format!("{front}/Groups/{}", id(&team)));
        let list = one.get("/t/one/scim/v2/Users").absolute().send().expect(200);
        assert_eq!(list["Resources"][0]["meta"]["location"], location.as_str());
        let config = one.get("/t/one/scim/v2/ServiceProviderConfig").absolute().send().expect(200);
        assert_eq!(config["meta"]["location"], format!("{front}/ServiceProviderConfig"));
        // The same resource under the common base has the common links.
        let common = one.get(&format!("/Users/{}", id(&ada))).send().expect(200);
        assert_eq!(common["meta"]["location"], format!("{}/Users/{}", server.base(), id(&ada)));
        assert_eq!(common["meta"]["version"], user["meta"]["version"]);
        // Neither another tenant's token nor an unknown tenant tells more than a wrong token would.
        for path in [
            path.as_str(),
            "/t/one/scim/v2/Users",
            "/t/none/scim/v2/Users",
            "/t/one/scim/v2/ServiceProviderConfig",
            "/t/none/scim/v2/Nope",
            "/t/ONE'--/scim/v2/Users",
        ] {
            two.get(path).absolute().send().error(401, "");
            server.get(path).absolute().anonymous().send().error(401, "");
        }
        two.post("/t/one/scim/v2/Users", json!({ "schemas": [USER], "userName": "eve" }))
            .absolute()
            .send()
            .error(401, "");
        assert_eq!(one.count("/Users", "userName pr"), 1);
        one.get("/t/one/scim/v2/Nope").absolute().send().error(404, "");
    }

    /// Rows: TENANT-02 DEC-10
    fn tenant_02_settings_belong_to_one_tenant(server) {
        let (one, two) = (Tenant::create(&server, "one"), Tenant::create(&server, "two"));
        server.cli(&["tenant", "set", "one", "profile=rfc"]).ok();
        let loose = || json!({ "schemas": [USER], "userName": "ada", "active": "True" });
        one.post("/Users", loose()).send().error(400, "invalidValue");
        assert_eq!(two.post("/Users", loose()).send().expect(201)["active"], true);
        assert_eq!(server.post("/Users", loose()).send().expect(201)["active"], true);
    }

    /// Rows: TENANT-02 AUTH-02
    fn tenant_02_a_deleted_tenant_takes_its_own_and_nothing_else(server) {
        let (one, two) = (Tenant::create(&server, "one"), Tenant::create(&server, "two"));
        for tenant in [&one, &two] {
            let ada = tenant.user("ada");
            tenant.group("Team", &ada);
        }
        server.cli(&["tenant", "delete", "one"]).refused();
        assert_eq!(one.count("/Users", "userName pr"), 1);
        server.cli(&["tenant", "delete", "one", "--yes"]).ok();
        one.get("/Users").send().error(401, "");
        assert_eq!((two.count("/Users", "groups pr"), two.count("/Groups", "members pr")), (1, 1));
        // A tenant of the same name begins empty, and old tokens stay dead.
        let again = Tenant::create(&server, "one");
        assert_eq!((again.count("/Users", "id pr"), again.count("/Groups", "id pr")), (0, 0));
        one.get("/Users").send().error(401, "");
    }
}
