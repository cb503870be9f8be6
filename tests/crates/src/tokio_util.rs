use deep_size::Reason;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::support::assert_opaque;

#[test]
fn tokens_and_trackers_are_opaque() {
    assert_opaque(Reason::Handle, CancellationToken::new);
    assert_opaque(Reason::Handle, || {
        let token = CancellationToken::new();
        (token.child_token(), token.clone().drop_guard(), token)
    });
    assert_opaque(Reason::Handle, TaskTracker::new);
    assert_opaque(Reason::Handle, || TaskTracker::new().token());
}
