//! Filters, sorting, paging and projection over the data of the script.

use serde_json::Value;

use super::transcript::Transcript;
use crate::support::{ENTERPRISE, id};

pub(super) fn filters(transcript: &mut Transcript<'_>, users: &[Value]) {
    let by_id = format!(r#"id eq "{}" or id eq "none""#, id(&users[3]));
    let department = format!(r#"{ENTERPRISE}:department eq "TOURS""#);
    let schemas = format!(r#"schemas eq "{ENTERPRISE}""#);
    let location = format!(r#"meta.location ew "{}""#, id(&users[4]));
    for filter in [
        r#"userName eq "barbara.jensen@EXAMPLE.com""#,
        r#"userName eq "ZOË""#,
        r#"userName sw "CARL O""#,
        r#"userName gt "d""#,
        r#"userName le "carl o'malley""#,
        r#"externalId eq "b-1""#,
        r#"externalId ne "b-1""#,
        r#"externalId gt "A""#,
        r#"displayName co "%""#,
        r#"displayName co "_""#,
        r#"displayName sw "zoë""#,
        r#"displayName ew "ÜNAL""#,
        r#"displayName co "😀""#,
        r#"title eq "TOUR guide""#,
        r#"title ne "tour guide""#,
        "title pr",
        "not (title pr)",
        "title eq null",
        r#"title co "\\Birnen""#,
        r#"title sw " ""#,
        r#"title co "\"q\"""#,
        r#"title lt "ä""#,
        r#"userType eq """#,
        "userType pr",
        "active eq true",
        "active ne true",
        r#"name.familyName co "'m""#,
        "name pr",
        "emails pr",
        r#"emails co "example.com""#,
        r#"emails.type eq "home" and emails.value co "bjensen""#,
        r#"emails[type eq "home" and value co "bjensen"]"#,
        r#"emails[type eq "work" or (type eq "home" and value ew "ORG")]"#,
        r#"not (emails[type eq "work"])"#,
        "emails.primary eq true",
        r#"emails[not (primary eq true)]"#,
        r#"emails[type eq "work"].value eq "bjensen@example.com""#,
        r#"roles eq "AUDITOR""#,
        r#"roles.value sw "a" and not (title pr)"#,
        r#"userName eq "a" or title pr and active eq false"#,
        r#"(userName sw "a" or title pr) and active eq true"#,
        r#"addresses.locality eq "hollywood""#,
        r#"meta.created gt "2000-01-01T00:00:00+02:00""#,
        r#"meta.lastModified lt "2000-01-01T00:00:00Z""#,
        r#"meta.resourceType eq "User""#,
        r#"groups.display eq "tour guides""#,
        r#"userName eq "x' OR '1'='1""#,
        r#"phoneNumbers.value eq "tel:none" or phoneNumbers pr"#,
        r#"userName eq "a b  c""#,
        r#"userName eq "ﬁ""#,
    ] {
        search(transcript, "/Users", filter);
    }
    for filter in [by_id, department, schemas, location] {
        search(transcript, "/Users", &filter);
    }
    for filter in [
        "",
        "userName",
        "userName eq",
        r#"userName zz "a""#,
        "userName eq bjensen",
        r#"bogus eq "a""#,
        "active gt true",
        r#"active co "t""#,
        r#"(userName eq "a""#,
        r#"userName eq "a") or title pr"#,
        r#"emails[type eq "work""#,
        r#"name eq "x""#,
        r#"title gt null"#,
        r#"meta.created gt "yesterday""#,
        r#"password eq "t1meMa$heen""#,
        r#"userName eq 5"#,
        r#"title pr "x""#,
        "userName eq 'a'",
    ] {
        search(transcript, "/Users", filter);
    }
}

pub(super) fn group_filters(transcript: &mut Transcript<'_>, users: &[Value], groups: &[Value]) {
    let by_member = format!(r#"members.value eq "{}""#, id(&users[1]));
    let by_path = format!(
        r#"members[value eq "{}" and type eq "Group"]"#,
        id(&groups[0])
    );
    for filter in [
        r#"displayName eq "TOUR GUIDES""#,
        r#"displayName sw "a""#,
        "members pr",
        "not (members pr)",
        r#"members.type eq "Group""#,
        r#"externalId eq "G-1""#,
        r#"userName eq "a""#,
        &by_member,
        &by_path,
    ] {
        search(transcript, "/Groups", filter);
    }
    let by_group = format!(r#"groups[value eq "{}"]"#, id(&groups[1]));
    search(transcript, "/Users", &by_group);
}

pub(super) fn sorting_and_paging(transcript: &mut Transcript<'_>) {
    for query in [
        "sortBy=userName",
        "sortBy=userName&sortOrder=descending",
        "sortBy=title",
        "sortBy=title&sortOrder=descending",
        "sortBy=externalId",
        "sortBy=displayName",
        "sortBy=emails.value",
        "sortBy=emails",
        "sortBy=name.familyName",
        "sortBy=active",
        "sortBy=meta.created",
        "sortBy=bogus",
        "sortBy=name",
        "sortOrder=descending",
        "sortBy=title&sortOrder=up",
        "count=2",
        "count=2&startIndex=3",
        "count=2&startIndex=6",
        "count=0",
        "count=-1",
        "startIndex=0",
        "startIndex=99",
        "count=abc",
        "count=1&count=2",
        "sortBy=title&count=2&startIndex=2&filter=title%20pr",
        "foo=bar",
    ] {
        transcript.note(query, transcript.server.get(&format!("/Users?{query}")));
    }
    transcript.note(
        "groups, sorted",
        transcript.server.get("/Groups?sortBy=displayName&count=2"),
    );
}

pub(super) fn projection(transcript: &mut Transcript<'_>, user: &Value) {
    let path = format!("/Users/{}", id(user));
    let department = format!("attributes={ENTERPRISE}:department");
    let excluded = format!("excludedAttributes={ENTERPRISE},meta,emails.value");
    for query in [
        "attributes=userName",
        "attributes=NAME.givenname,emails.type",
        "attributes=password",
        "attributes=bogus",
        "attributes=",
        "excludedAttributes=id,emails,name.familyName",
        "attributes=userName&excludedAttributes=title",
        &department,
        &excluded,
    ] {
        transcript.note(query, transcript.server.get(&format!("{path}?{query}")));
    }
    transcript.note(
        "groups, projected",
        transcript.server.get("/Groups?excludedAttributes=members"),
    );
}

fn search(transcript: &mut Transcript<'_>, endpoint: &str, filter: &str) {
    let request = transcript.server.get(endpoint).query("filter", filter);
    transcript.note(&format!("{endpoint} {filter}"), request);
}
