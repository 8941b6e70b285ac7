//! What a tenant has that can be named.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value as Json;

/// The objects of a tenant: by type, what names one in an argument.
#[derive(Clone, Debug)]
pub(super) struct World(BTreeMap<&'static str, String>);

/// Asks for them, in a tenant whose texts begin with `mark`.
pub(super) fn question(mark: &str) -> String {
    format!(
        "{{ viewer {{ account {{ id }} tasks(states: [OPEN, DONE]) {{ nodes {{ id title backup {{ id }} }} }} }}
           organization {{ id apiKeys(first: 1) {{ nodes {{ id }} }}
             proposals(first: 1) {{ nodes {{ id proposedBy }} }}
             invitations(first: 1) {{ nodes {{ id }} }}
             courses {{ nodes {{ id title }} }} badges {{ nodes {{ id name }} }}
             trainingOffers {{ nodes {{ id title }} }}
             team {{ nodes {{ id leaves(first: 1) {{ nodes {{ id }} }}
               badges(first: 1) {{ nodes {{ id }} }} bonuses(first: 2) {{ nodes {{ id }} }}
               trainingPlaces(first: 1) {{ nodes {{ id }} }}
               assignments {{ id role rank scope {{ __typename }} }} }} }} }}
           group(name: \"{mark}roses\") {{ id members {{ nodes {{ id pin {{ id }} person {{ id }} score {{ id }} }} }}
             latestEvaluation {{ id }} }}
           community(name: \"{mark}garden\") {{ id members {{ nodes {{ pin {{ id }} }} }} }} }}"
    )
}

impl World {
    /// Reads the answer to [`question`].
    pub(super) fn read(mark: &str, data: &Json) -> Self {
        let text = |value: &Json| value.as_str().unwrap_or_else(|| panic!("no id in {data:#}")).to_owned();
        let members = data["group"]["members"]["nodes"].as_array().expect("members");
        let (pinned, others): (Vec<_>, Vec<_>) = members.iter().partition(|member| !member["pin"].is_null());
        let in_community = data["community"]["members"]["nodes"].as_array().expect("members");
        let pinned_in_community = in_community.iter().find(|member| !member["pin"].is_null()).expect("a pin");
        let team = data["organization"]["team"]["nodes"].as_array().expect("a team");
        let learned = |member: &Json| {
            let mut held = member["assignments"].as_array().into_iter().flatten();
            held.find(|held| held["rank"] == "INTERN" && held["role"] == "ADMINISTRATOR").cloned()
        };
        let second = |member: &Json| {
            let mut held = member["assignments"].as_array().expect("assignments").iter();
            let is_second =
                |held: &&Json| held["role"] == "FACILITATOR" && held["scope"]["__typename"] == "Organization";
            held.find(is_second).expect("a second assignment")["id"].clone()
        };
        let mut interns = team.iter().filter_map(|member| Some((member, learned(member)?)));
        let (intern, assignment) = interns.next().expect("an intern");
        let tasks = data["viewer"]["tasks"]["nodes"].as_array().expect("tasks");
        let task = |name: &str| {
            let title = format!("{mark}{name}");
            tasks.iter().find(|task| task["title"] == title.as_str()).expect("a task")
        };
        let courses = data["organization"]["courses"]["nodes"].as_array().expect("courses");
        let course = |name: &str| {
            let title = format!("{mark}{name}");
            courses.iter().find(|course| course["title"] == title.as_str()).expect("a course")
        };
        let mut world = BTreeMap::from([
            ("Course", text(&course("first aid")["id"])),
            ("Dropped Course", text(&course("dropped course")["id"])),
            ("TeamMember", text(&intern["id"])),
            ("Leave", text(&intern["leaves"]["nodes"][0]["id"])),
            ("RoleAssignment", text(&assignment["id"])),
            ("Second RoleAssignment", text(&second(intern))),
            ("Account", text(&data["viewer"]["account"]["id"])),
            ("Second Account", text(&task("open")["backup"]["id"])),
            ("Task", text(&task("waiting")["id"])),
            ("Checked Task", text(&task("checked")["id"])),
            ("Open Task", text(&task("open")["id"])),
            ("Dropped Task", text(&task("dropped")["id"])),
            ("Organization", text(&data["organization"]["id"])),
            ("ApiKey", text(&data["organization"]["apiKeys"]["nodes"][0]["id"])),
            ("Invitation", text(&data["organization"]["invitations"]["nodes"][0]["id"])),
            ("Proposal", text(&data["organization"]["proposals"]["nodes"][0]["id"])),
            ("Proposer", text(&data["organization"]["proposals"]["nodes"][0]["proposedBy"])),
            ("Group", text(&data["group"]["id"])),
            ("Community", text(&data["community"]["id"])),
            ("Person", text(&pinned[0]["person"]["id"])),
            ("Other Person", text(&others[0]["person"]["id"])),
            ("Member", text(&pinned[0]["id"])),
            ("TierPin", text(&pinned[0]["pin"]["id"])),
            ("Second TierPin", text(&pinned_in_community["pin"]["id"])),
            ("TierScore", text(&pinned[0]["score"]["id"])),
            ("TierEvaluation", text(&data["group"]["latestEvaluation"]["id"])),
            ("group name", format!("{mark}roses")),
            ("community name", format!("{mark}garden")),
        ]);
        world.extend(given(mark, data, intern));
        Self(world)
    }

    pub(super) fn get(&self, what: &str) -> &str {
        self.0.get(what).unwrap_or_else(|| panic!("tests/it/walls/matrix/world.rs knows no {what}"))
    }

    /// The same, but with the pin in the community for the one in the group.
    pub(super) fn with_second_pin(&self) -> Self {
        let mut world = self.clone();
        world.0.insert("TierPin", self.get("Second TierPin").to_owned());
        world
    }

    /// Names of the same shape for what is nowhere.
    pub(super) fn missing(&self) -> Self {
        let turned = |(what, name): (&&'static str, &String)| {
            let is_id = !what.ends_with(" name");
            let missing = if is_id { nowhere(name) } else { "nowhere".to_owned() };
            (*what, missing)
        };
        Self(self.0.iter().map(turned).collect())
    }
}

/// What its intern is given, and what there is to give.
fn given(mark: &str, data: &Json, intern: &Json) -> [(&'static str, String); 8] {
    let text = |value: &Json| value.as_str().unwrap_or_else(|| panic!("no id in {data:#}")).to_owned();
    let offers = data["organization"]["trainingOffers"]["nodes"].as_array().expect("offers");
    let offer = |name: &str| {
        let title = format!("{mark}{name}");
        offers.iter().find(|offer| offer["title"] == title.as_str()).expect("an offer")
    };
    let badges = data["organization"]["badges"]["nodes"].as_array().expect("badges");
    let badge = |name: &str| {
        let name = format!("{mark}{name}");
        badges.iter().find(|badge| badge["name"] == name.as_str()).expect("a badge")
    };
    [
        ("Badge", text(&badge("star")["id"])),
        ("TrainingOffer", text(&offer("drawing")["id"])),
        ("Dropped TrainingOffer", text(&offer("dropped drawing")["id"])),
        ("TrainingPlace", text(&intern["trainingPlaces"]["nodes"][0]["id"])),
        ("Dropped Badge", text(&badge("dropped star")["id"])),
        ("BadgeAward", text(&intern["badges"]["nodes"][0]["id"])),
        ("Bonus", text(&intern["bonuses"]["nodes"][0]["id"])),
        ("Second Bonus", text(&intern["bonuses"]["nodes"][1]["id"])),
    ]
}

/// A global id of the same type whose random parts no id of the test has.
fn nowhere(id: &str) -> String {
    let text = URL_SAFE_NO_PAD.decode(id).map(String::from_utf8).expect("a global id").expect("a global id");
    let (of, uuids) = text.split_once(':').expect("a global id");
    let turned = uuids.split(':').map(|uuid| format!(":{}ffffffffffff", &uuid[..uuid.len() - 12]));
    URL_SAFE_NO_PAD.encode(turned.fold(of.to_owned(), |text, uuid| text + &uuid))
}
