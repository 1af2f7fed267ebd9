//! Section 13, role by role, written apart from the code that decides.

use daypack_domain::ids::{OrganizationId, UserId};
use daypack_domain::policy::{Action, Actor, ClientRole, Membership, Person, StaffRole, Subject, may, permissions};
use uuid::Uuid;

/// viewer, member, approver, owner, agent, lead, admin: `x` may, `.` may not; and the actions of that row.
const TABLE: &[(&str, &[&str])] = &[
    (
        "xxxxxxx",
        &[
            "read_catalogue",
            "manage_self",
            "read_organization",
            "read_tickets",
            "read_packs",
            "read_statements",
        ],
    ),
    (
        ".xxxxxx",
        &[
            "open_ticket",
            "attach_files",
            "comment",
            "edit_ticket",
            "vote",
            "confirm_resolution",
            "reopen_ticket",
            "withdraw_ticket",
            "validate_work",
        ],
    ),
    (
        "..xx...",
        &[
            "approve_estimate",
            "reject_estimate",
            "dispute_approval",
            "ask_about_estimate",
            "answer_quote",
            "answer_window",
            "place_order",
            "accept_terms",
        ],
    ),
    ("...x.xx", &["cancel_order"]),
    (
        "...x..x",
        &[
            "extend_lot",
            "manage_members",
            "manage_standing_approvals",
            "manage_emergency_clause",
            "manage_alerts",
        ],
    ),
    ("...x...", &["answer_emergency"]),
    (
        "....xxx",
        &[
            "read_internal",
            "write_internal_notes",
            "triage",
            "link_tickets",
            "offer_estimate",
            "assign_ticket",
            "move_ticket",
            "record_evidence",
            "propose_window",
            "log_time",
            "record_mitigation",
            "resolve_ticket",
        ],
    ),
    (
        ".....xx",
        &[
            "confirm_payment",
            "activate_unpaid",
            "record_approval",
            "reassign_work",
            "decide_warranty",
            "settle_emergency",
            "record_misclassification",
            "adjust_lot",
            "grant_goodwill",
            "void_lot",
        ],
    ),
    (
        "......x",
        &[
            "create_organization",
            "manage_systems",
            "manage_plans",
            "manage_terms",
            "manage_policies",
            "manage_calendars",
            "manage_staff",
            "refund_lot",
            "import_contracts",
            "raise_debt_limit",
            "manage_settings",
        ],
    ),
];

fn organization(number: u128) -> OrganizationId {
    OrganizationId(Uuid::from_u128(number))
}

fn client(role: ClientRole) -> Actor {
    let membership = Membership {
        organization_id: organization(1),
        role,
        approval_limit_minutes: None,
        order_limit: None,
    };
    let user_id = UserId(Uuid::from_u128(7));
    Actor::Person(Person {
        user_id,
        staff_role: None,
        memberships: vec![membership],
    })
}

fn staff(role: StaffRole) -> Actor {
    let user_id = UserId(Uuid::from_u128(8));
    Actor::Person(Person {
        user_id,
        staff_role: Some(role),
        memberships: Vec::new(),
    })
}

fn actors() -> Vec<Actor> {
    let clients = ClientRole::ALL.iter().map(|role| client(*role));
    clients.chain(StaffRole::ALL.iter().map(|role| staff(*role))).collect()
}

#[test]
fn every_role_may_exactly_what_the_table_says() {
    let mut listed = Vec::new();
    for (marks, actions) in TABLE {
        for word in *actions {
            let action: Action = word.parse().unwrap_or_else(|_| panic!("{word} is no action"));
            for (actor, mark) in actors().iter().zip(marks.chars()) {
                let answer = may(actor, action, organization(1).into());
                assert_eq!(answer.is_ok(), mark == 'x', "{word} {actor:?}");
                if let Err(refusal) = answer {
                    assert_eq!(refusal.code(), "forbidden", "{word} {actor:?}");
                    assert!(
                        refusal.to_string().contains("role"),
                        "{refusal} does not name the right"
                    );
                }
            }
            listed.push(action);
        }
    }
    listed.sort_unstable();
    assert_eq!(listed, Action::ALL, "every action stands in the table once");
}

#[test]
fn a_foreign_organization_does_not_exist() {
    for action in Action::ALL
        .iter()
        .copied()
        .filter(|action| *action != Action::ReadCatalogue)
    {
        for role in ClientRole::ALL.iter().copied() {
            let refusal = may(&client(role), action, organization(2).into()).unwrap_err();
            assert_eq!(refusal.code(), "not_found", "{action} {role}");
        }
        assert!(may(&Actor::Anonymous, action, organization(1).into()).is_err());
        assert!(may(&Actor::System, action, organization(2).into()).is_ok());
    }
    for role in StaffRole::ALL.iter().copied() {
        assert_eq!(may(&staff(role), Action::ReadTickets, organization(2).into()), Ok(()));
    }
}

#[test]
fn a_client_role_gives_nothing_in_the_installation() {
    for action in Action::ALL.iter().copied() {
        let allowed = may(&client(ClientRole::Owner), action, Subject::Installation).is_ok();
        assert_eq!(
            allowed,
            [Action::ReadCatalogue, Action::ManageSelf].contains(&action),
            "{action}"
        );
    }
}

#[test]
fn staff_hold_no_client_role() {
    let Actor::Person(mut person) = client(ClientRole::Owner) else {
        unreachable!()
    };
    person.staff_role = Some(StaffRole::Agent);
    let both = Actor::Person(person);
    assert_eq!(
        may(&both, Action::ApproveEstimate, organization(1).into())
            .unwrap_err()
            .code(),
        "forbidden"
    );
    assert_eq!(permissions(&both).organizations, []);
}

#[test]
fn permissions_say_what_may_says() {
    for actor in actors().into_iter().chain([Actor::Anonymous]) {
        let permissions = permissions(&actor);
        for action in Action::ALL.iter().copied() {
            for subject in [Subject::Installation, organization(1).into(), organization(2).into()] {
                let allowed = may(&actor, action, subject).is_ok();
                let own_profile = action == Action::ManageSelf;
                assert!(
                    own_profile || permissions.allow(action, subject) == allowed,
                    "{actor:?} {action} {subject:?}"
                );
            }
        }
    }
}
