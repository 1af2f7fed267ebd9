//! Where operations are registered: in a worker, which answers them, or in the API document, which tells of them.
//!
//! By itself utoipa-actix-web makes the whole document in each worker, only to drop it, and the memory that this takes
//! (some 10 MiB) stays with the worker's thread. Here workers make nothing of it.

use std::collections::BTreeMap;

use actix_web::{App, dev::HttpServiceFactory, web};
use utoipa::openapi::{Paths, RefOr, Schema};
use utoipa_actix_web::OpenApiFactory;

/// What a resource registers its operations in.
pub struct ServiceConfig<'a> {
    routes: &'a mut web::ServiceConfig,
    told: Option<&'a mut Told>,
}

/// What registered operations tell of themselves.
#[derive(Default)]
pub struct Told {
    /// Their addresses, methods and parameters.
    pub paths: Paths,
    /// The shapes that they take and give, when they are asked for.
    pub schemas: Option<BTreeMap<String, RefOr<Schema>>>,
}

impl ServiceConfig<'_> {
    /// Registers an operation.
    pub fn service<F>(&mut self, operation: F) -> &mut Self
    where
        F: HttpServiceFactory + OpenApiFactory + 'static,
    {
        if let Some(told) = &mut self.told {
            told.paths.merge(operation.paths());
            if let Some(schemas) = &mut told.schemas {
                let mut of_operation = Vec::new();
                operation.schemas(&mut of_operation);
                schemas.extend(of_operation);
            }
        }
        self.routes.service(operation);
        self
    }

    /// Registers what `register` does.
    pub fn configure(&mut self, register: impl FnOnce(&mut ServiceConfig<'_>)) -> &mut Self {
        register(self);
        self
    }
}

/// Registers operations in a worker.
pub fn answer(routes: &mut web::ServiceConfig, register: fn(&mut ServiceConfig<'_>)) {
    register(&mut ServiceConfig { routes, told: None });
}

/// What these operations tell of themselves, with their shapes or without.
#[must_use]
pub fn tell(register: fn(&mut ServiceConfig<'_>), with_schemas: bool) -> Told {
    let mut told = Told {
        schemas: with_schemas.then(BTreeMap::new),
        ..Told::default()
    };
    let told_here = &mut told;
    let _ = App::new().configure(|routes| {
        register(&mut ServiceConfig {
            routes,
            told: Some(told_here),
        });
    });
    told
}
