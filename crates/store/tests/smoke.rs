use daypack_store::{StoreError, catalogue, testing, users};
#[test]
fn a() {
    for db in [testing::sqlite(), testing::postgres()] {
        let plans = db.store.read_blocking(|c| catalogue::current_plans(c)).unwrap();
        assert_eq!(plans.len(), 3);
        let u = users::User { id: uuid::Uuid::from_u128(5).into(), email: "a@b".into(), name: "x".into(), locale: "en".into(), staff_role: None, password_hash: None, disabled_at: None, failed_sign_ins: 0, last_failed_at: None, locked_until: None, created_at: testing::start(), version: 1 };
        let v = u.clone();
        db.store.write_blocking(move |c| users::insert(c, &v)).unwrap();
        let back = db.store.read_blocking(|c| users::find_many(c, &[uuid::Uuid::from_u128(5).into()])).unwrap();
        assert_eq!(back, vec![u.clone()]);
        let mut v = u.clone(); v.id = uuid::Uuid::from_u128(6).into();
        let e: StoreError = db.store.write_blocking(move |c| users::insert(c, &v)).unwrap_err();
        assert!(e.is_unique("users_email_key"), "{e}");
    }
}
