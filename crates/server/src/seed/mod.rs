//! Demo data: eight weeks in the life of an agency and three clients, told as stories and made through the same flows
//! as real use, each step at its own instant. Anchored to the moment at which it is made; the same for the same moment.

mod acts;
pub mod files;
pub mod moment;
pub mod people;
mod routine;
pub mod schedule;
pub mod stories;
pub mod story;
mod work;
pub mod world;

use std::{path::PathBuf, sync::Arc};

use chrono::TimeDelta;
use daypack_domain::Instant;
use daypack_store::{Conn, Store, users};

use crate::{auth::passwords::hash_blocking, error::Failure, files::Files};
use acts::Cue;
use schedule::{Deed, Step, schedule};
use world::World;

/// How far it is: steps done, steps in all.
pub type Told = Arc<dyn Fn(usize, usize) + Send + Sync>;

/// What became of making demo data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seeded {
    /// It is there.
    Made {
        /// How many steps it took.
        steps: usize,
        /// How many tickets there are.
        tickets: usize,
    },
    /// Somebody has an account here: nothing was touched.
    NotEmpty,
}

/// What demo data needs to know besides the time.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The moment up to which things happened.
    pub now: Instant,
    /// Links in mail begin with it.
    pub base_url: String,
    /// The folder in which files are kept.
    pub data_dir: PathBuf,
}

/// Fills an empty database with demo data, in one transaction: all of it or nothing.
///
/// # Errors
/// The database; a step that a rule refuses, which is a fault of ours and names the step.
pub fn demo(store: &Store, plan: &Plan, told: &Told) -> Result<Seeded, Failure> {
    if !store.read_blocking(|conn| users::none_exists(conn).map_err(Failure::from))? {
        return Ok(Seeded::NotEmpty);
    }
    let hash = hash_blocking(people::PASSWORD)?;
    let kept = files::keep_all(&Files::new(&plan.data_dir))
        .map_err(|error| Failure::internal(format!("files cannot be kept in the data folder: {error}")))?;
    let (plan, told) = (plan.clone(), Arc::clone(told));
    store.write_blocking(move |conn| make(conn, &plan, World::new(kept.clone()), &hash, told.as_ref()))
}

fn make(
    conn: &mut Conn,
    plan: &Plan,
    mut world: World,
    hash: &str,
    told: &(dyn Fn(usize, usize) + Send + Sync),
) -> Result<Seeded, Failure> {
    let steps = schedule(plan.now);
    let first = steps.first().map_or(plan.now, |step| step.at);
    world.hire(conn, first - TimeDelta::days(1), hash)?;
    for (index, step) in steps.iter().enumerate() {
        run(conn, &mut world, index, *step, plan, hash)
            .map_err(|failure| Failure::internal(format!("demo data, {:?} at {}: {failure}", step.deed, step.at)))?;
        told(index + 1, steps.len());
    }
    world::list_people(conn, plan.now)?;
    Ok(Seeded::Made {
        steps: steps.len(),
        tickets: world.tickets.len(),
    })
}

fn run(conn: &mut Conn, world: &mut World, index: usize, step: Step, plan: &Plan, hash: &str) -> Result<(), Failure> {
    let cue = |client, story| Cue {
        step: index,
        at: step.at,
        made_at: plan.now,
        client,
        story,
    };
    match step.deed {
        Deed::SetUp(client) => world.set_up(conn, index, step.at, client, hash),
        Deed::Place(client, order) => world.place(conn, index, step.at, client, order),
        Deed::Pay(client, order) => world.pay(conn, index, step.at, client, order),
        Deed::Stand(client) => world.stand(conn, index, step.at, client),
        Deed::Night(client) => routine::night(conn, world, index, step.at, client),
        Deed::Monday(client) => routine::monday(conn, world, index, step.at, client, &plan.base_url),
        Deed::Open(client, story) => world.open(conn, cue(client, story)),
        Deed::Act(client, story, position) => world.act(conn, cue(client, story), position),
    }
}
