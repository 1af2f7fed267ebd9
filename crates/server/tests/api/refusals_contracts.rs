//! What contracts refuse: orders, lots, offers, links from mails, payments and imports. Each refusal has a code and a
//! sentence of its own, and nothing changes.

use std::{cell::RefCell, collections::BTreeMap};

use chrono::TimeDelta;
use daypack_domain::policy::StaffRole::Admin;
use daypack_server::testing::{Client, Place, TestServer};
use reqwest::Method;
use serde_json::{Value, json};

use crate::approval_links::token;
use crate::payments::stand_in::{CALLBACK, WEBHOOK_SECRET, World, event, with_a_provider};
use crate::payments::{COMPLETED, sent_to_pay};
use crate::requests::{Scene, of_estimate, text};
use crate::witness::{Witness, marked};

/// People who are refused, and what they were told.
struct Trial<'a> {
    server: &'a TestServer,
    scene: Scene,
    admin: Client,
    /// The sentence of each code.
    sentences: RefCell<BTreeMap<String, String>>,
}

impl<'a> Trial<'a> {
    async fn of(world: &'a World) -> Self {
        let server = &world.server;
        Self {
            server,
            scene: Scene::of(server, world.people.clone()).await,
            admin: server.signed_in(world.people.at(Place::Staff(Admin))).await,
            sentences: RefCell::default(),
        }
    }

    /// The same people after some time, signed in again.
    async fn after(self, time: TimeDelta) -> Self {
        self.server.wait(time);
        let scene = self.scene.again(self.server).await;
        let admin = self.server.signed_in(scene.people.at(Place::Staff(Admin))).await;
        Self { scene, admin, ..self }
    }

    /// A code that was not heard before, with a sentence that no other code has.
    fn heard(&self, said: &Value) {
        let (code, sentence) = (text(said, "code"), text(said, "detail"));
        assert!(!sentence.trim().is_empty(), "{code} says nothing");
        let mut sentences = self.sentences.borrow_mut();
        let same = sentences.iter().find(|(_, other)| **other == sentence);
        assert_eq!(same, None, "{code} has the sentence of another");
        assert_eq!(sentences.insert(code.clone(), sentence), None, "{code} is two refusals");
    }

    /// Refused as a whole.
    async fn refuses(&self, client: &Client, path: &str, body: Value, status: u16, code: &str) {
        let witness = Witness::of(self.server).await;
        let answer = marked(client).post(path, body).await;
        self.heard(&witness.refused(&answer, status, code).await);
    }

    /// Refused for one field.
    async fn refuses_field(&self, client: &Client, path: &str, body: Value, pointer: &str, code: &str) {
        let witness = Witness::of(self.server).await;
        let answer = marked(client).post(path, body).await;
        answer.invalid(&[(pointer, code)]);
        self.heard(&witness.refused(&answer, 422, "invalid").await["errors"][0]);
    }

    /// The body of an order of Acme.
    fn order(&self, plan: &str, packs: i64) -> Value {
        json!({ "organization_id": self.scene.people.acme, "plan_code": plan, "packs": packs, "terms_version": 1 })
    }

    /// The path of an order that was placed.
    async fn placed(&self, plan: &str, packs: i64) -> String {
        let order = self
            .scene
            .owner
            .post("/orders", self.order(plan, packs))
            .await
            .created();
        format!("/orders/{}", text(&order, "id"))
    }

    /// The path of the lot that an order brought.
    async fn bought(&self, plan: &str, packs: i64) -> String {
        let path = format!("{}/confirm-payment", self.placed(plan, packs).await);
        let order = self.scene.lead.post(&path, reference(&path)).await.ok();
        format!("/lots/{}", text(&order["lot"], "id"))
    }

    /// The link of the mail that asked the owner last, which is about this estimate.
    async fn link(&self, estimate: &Value) -> String {
        let link = format!("/approval-links/{}", token(self.server, 1, "owner@", "/approve/").await);
        let shown = self.server.anonymous().get(&link).await.ok();
        assert_eq!(shown["estimate"]["id"], estimate["id"]);
        link
    }
}

fn reference(name: &str) -> Value {
    json!({ "payment_reference": format!("bank {name}") })
}

async fn orders(trial: &Trial<'_>) {
    let (owner, lead) = (&trial.scene.owner, &trial.scene.lead);
    let too_few = trial.order("flexi", 4);
    trial
        .refuses_field(owner, "/orders", too_few, "/packs", "below_minimum")
        .await;

    let cancelled = trial.placed("starter", 1).await;
    owner.post(&format!("{cancelled}/cancel"), json!({})).await.ok();
    let pay = format!("{cancelled}/confirm-payment");
    trial
        .refuses(lead, &pay, reference("late"), 409, "order_cancelled")
        .await;

    let pay = format!("{}/confirm-payment", trial.placed("starter", 1).await);
    lead.post(&pay, reference("one")).await.ok();
    trial
        .refuses(lead, &pay, reference("another"), 409, "already_paid")
        .await;
}

async fn lots(trial: &Trial<'_>) {
    let extended = trial.bought("flexi", 5).await;
    let extend = format!("{extended}/extend");
    trial.scene.owner.post(&extend, json!({})).await.ok();
    trial
        .refuses(&trial.scene.owner, &extend, json!({}), 409, "already_extended")
        .await;

    let balance = trial.scene.viewer.get("/organizations/acme/balance").await.ok();
    let mut all = balance["lots"].as_array().unwrap().iter();
    let in_use = all.find(|lot| lot["held_minutes"] != 0).unwrap();
    let (void, because) = (
        format!("/lots/{}/void", text(in_use, "id")),
        json!({ "reason": "A mistake." }),
    );
    trial
        .refuses(&trial.scene.lead, &void, because, 409, "lot_in_use")
        .await;

    let unused = &trial.scene.viewer.get(&extended).await.ok()["available_minutes"];
    let more = json!({ "minutes": unused.as_i64().unwrap() + 1, "reason": "Not needed." });
    trial
        .refuses(
            &trial.admin,
            &format!("{extended}/refund"),
            more,
            409,
            "refund_exceeds_unused",
        )
        .await;
}

/// The approver may say yes to 600 minutes of a request in all.
async fn offers(trial: &Trial<'_>) {
    let scene = &trial.scene;
    let first = scene.offered("In two steps", 450).await;
    scene
        .approver
        .post(&of_estimate(&first, "/approve"), json!({}))
        .await
        .ok();
    let ticket = json!({ "id": first["ticket_id"] });
    let body = json!({ "minutes": 165, "includes": "More.", "basis": "further" });
    let second = scene.offer(&ticket, body).await;
    let approve = of_estimate(&second, "/approve");
    trial
        .refuses(&scene.approver, &approve, json!({}), 403, "limit_exceeded")
        .await;

    let withdrawn = scene.offered("Not so", 60).await;
    scene
        .agent
        .post(&of_estimate(&withdrawn, "/withdraw"), json!({}))
        .await
        .ok();
    let approve = of_estimate(&withdrawn, "/approve");
    trial
        .refuses(&scene.owner, &approve, json!({}), 409, "estimate_withdrawn")
        .await;
}

async fn a_used_link(trial: &Trial<'_>) {
    let estimate = trial.scene.offered("By mail", 30).await;
    let (link, anybody) = (trial.link(&estimate).await, trial.server.anonymous());
    let shown = anybody.get(&link).await.ok();
    let yes = json!({ "preview_token": shown["preview"]["preview_token"] });
    let approve = format!("{link}/approve");
    anybody.post(&approve, yes.clone()).await.ok();
    trial.refuses(&anybody, &approve, yes, 409, "link_used").await;
}

/// Bad, kept for too long, and told twice: the second time is acknowledged and changes nothing.
async fn callbacks(trial: &Trial<'_>, world: &World) {
    world.tick();
    sent_to_pay(world).await;
    let body = event("evt_1", COMPLETED, &world.paid_session("pi_1"));
    let told = async |header: &str| {
        let provider = marked(&trial.server.anonymous()).header("Stripe-Signature", header);
        provider.send(Method::POST, CALLBACK, Some(body.clone())).await
    };
    let genuine = world.signed(WEBHOOK_SECRET, &body);
    let witness = Witness::of(trial.server).await;
    let forged = told(&world.signed("whsec_other", &body)).await;
    trial.heard(&witness.refused(&forged, 400, "signature_invalid").await);
    trial.server.wait(TimeDelta::seconds(301));
    let kept = told(&genuine).await;
    trial.heard(&witness.refused(&kept, 400, "signature_expired").await);

    told(&world.signed(WEBHOOK_SECRET, &body)).await.empty(204);
    let witness = Witness::of(trial.server).await;
    told(&world.signed(WEBHOOK_SECRET, &body)).await.empty(204);
    trial.server.wait(TimeDelta::seconds(60));
    told(&world.signed(WEBHOOK_SECRET, &body)).await.empty(204);
    witness.nothing_changed("an event that came before").await;
}

async fn an_import(trial: &Trial<'_>) {
    let file = "client,plan,minutes_left,expires_on,reference,reason\n\
                acme,starter,480,2026-12-31,C-1,\nacme,starter,4.80,2026-12-31,C-2,\n";
    let witness = Witness::of(trial.server).await;
    let client = marked(&trial.admin).header("content-type", "text/csv; charset=utf-8");
    let path = "/imports/contracts?dry_run=false";
    let answer = client.send(Method::POST, path, Some(file.to_owned())).await;
    let problem = witness.refused(&answer, 422, "import_invalid").await;
    assert_eq!(problem["errors"][0]["pointer"], "/rows/2/minutes_left");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 1);
    trial.heard(&problem);
}

async fn outdated_terms(trial: &Trial<'_>) {
    let terms = json!({ "body_markdown": "All new.", "requires_acceptance": true });
    trial.admin.post("/terms", terms).await.created();
    let before = trial.order("flexi", 5);
    trial
        .refuses_field(
            &trial.scene.owner,
            "/orders",
            before,
            "/terms_version",
            "terms_out_of_date",
        )
        .await;
}

with_a_provider! {
    async fn each_has_its_own_code_and_sentence_and_nothing_changes(world: &World) {
        let trial = Trial::of(world).await;
        orders(&trial).await;
        offers(&trial).await;
        lots(&trial).await;
        a_used_link(&trial).await;
        an_import(&trial).await;
        callbacks(&trial, world).await;
        let never_extended = trial.bought("flexi", 5).await;
        let lapsing = trial.scene.offered("Nobody answers", 30).await;
        let link = trial.link(&lapsing).await;

        let trial = trial.after(TimeDelta::days(14)).await;
        let yes = json!({ "preview_token": "AAAAAAAAAAAAAAAAAAAAAA" });
        trial.refuses(&trial.server.anonymous(), &format!("{link}/approve"), yes, 409, "link_expired").await;
        let approve = of_estimate(&lapsing, "/approve");
        trial.refuses(&trial.scene.owner, &approve, json!({}), 409, "estimate_lapsed").await;
        outdated_terms(&trial).await;

        let trial = trial.after(TimeDelta::days(200)).await;
        let extend = format!("{never_extended}/extend");
        trial.refuses(&trial.scene.owner, &extend, json!({}), 409, "lot_ended").await;
        let codes: Vec<String> = trial.sentences.into_inner().into_keys().collect();
        assert_eq!(codes, [
            "already_extended", "already_paid", "below_minimum", "estimate_lapsed", "estimate_withdrawn",
            "import_invalid", "limit_exceeded", "link_expired", "link_used", "lot_ended", "lot_in_use",
            "order_cancelled", "refund_exceeds_unused", "signature_expired", "signature_invalid", "terms_out_of_date",
        ]);
    }
}
