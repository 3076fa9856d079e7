//! Queries of applications, through the views, never read a whole tenant: with the tenant in the query and without it,
//! before a database has statistics and after.

use crate::plans::Tenants;

store_test! {
    fn views_find_users_by_index(backend) {
        let mut tenants = Tenants::create_without_statistics(backend);
        let id = tenants.id("u", 1_234);
        check(&mut tenants, "scim_users", &[
            &format!("id = '{id}'"),
            "user_name = 'user1234'",
            "user_name_key = 'user1234'",
            "email = 'user1234@example.test'",
            "external_id = 'external1234'",
            "last_modified > '2026-01-03T01:30:00Z'",
            "active = FALSE",
            "user_name_key = 'user1234' AND active",
        ]);
    }

    fn views_find_addresses_phones_and_roles_by_index(backend) {
        let mut tenants = Tenants::create_without_statistics(backend);
        let of_user = format!("user_id = '{}'", tenants.id("u", 1_234));
        check(&mut tenants, "scim_user_emails", &[&of_user, "email_key = 'user1234@example.test'"]);
        check(&mut tenants, "scim_user_phones", &[&of_user]);
        check(&mut tenants, "scim_user_roles", &[&of_user]);
    }

    fn views_find_groups_by_index(backend) {
        let mut tenants = Tenants::create_without_statistics(backend);
        let id = tenants.id("g", 77);
        check(&mut tenants, "scim_groups", &[
            &format!("id = '{id}'"),
            "display_name = 'group 77'",
            "external_id = 'external77'",
        ]);
    }

    fn views_find_memberships_by_index(backend) {
        let mut tenants = Tenants::create_without_statistics(backend);
        let of_group = format!("group_id = '{}'", tenants.id("g", 15));
        let of_member = format!("member_id = '{}'", tenants.id("u", 1_234));
        let edge = format!("{of_group} AND {of_member}");
        check(&mut tenants, "scim_group_members", &[&of_group, &of_member, &edge]);
        check(&mut tenants, "scim_effective_members", &[&of_group, &edge]);
        check(&mut tenants, "scim_effective_groups", &[&of_member, &edge]);
    }
}

fn check(tenants: &mut Tenants, view: &str, conditions: &[&str]) {
    for analysed in [false, true] {
        if analysed {
            tenants.analyze();
        }
        for condition in conditions {
            tenants.explain_query(&format!("SELECT * FROM {view} WHERE {condition}"));
            tenants.explain_query(&format!(
                "SELECT * FROM {view} WHERE tenant = 'one' AND {condition}"
            ));
        }
    }
    tenants.assert_no_scans();
}
