use deep_size::Reason;
use tracing::instrument::{Instrument, Instrumented};
use tracing::{Dispatch, Level, Span, level_filters::LevelFilter};

use crate::support::{assert_exact, assert_flat, assert_opaque};

/// A subscriber that enables every span and stores nothing.
struct Everything;

impl tracing::Subscriber for Everything {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, _: &tracing::Event<'_>) {}

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

fn instrumented(span: Span) -> Instrumented<String> {
    String::from("text").instrument(span)
}

#[test]
fn levels_and_metadata_own_nothing() {
    assert_flat(Level::INFO);
    assert_flat(LevelFilter::DEBUG);
    assert_flat("no level".parse::<Level>());
    assert_flat(tracing::span::Id::from_u64(7));
    assert_exact(|| vec![(Level::WARN, String::from("text"))]);
}

#[test]
fn a_disabled_span_owns_nothing() {
    assert_exact(Span::none);
    assert_exact(|| instrumented(Span::none()));
}

#[test]
fn an_enabled_span_is_opaque() {
    tracing::subscriber::with_default(Everything, || {
        let build = || tracing::info_span!("span", field = 7);
        assert!(!build().is_disabled(), "the subscriber enables it");
        assert_opaque(Reason::Handle, build);
        assert_eq!(assert_opaque(Reason::Handle, || instrumented(build())), 4);
        assert_opaque(Reason::Handle, || build().entered());
    });
    assert_opaque(Reason::Handle, || Dispatch::new(Everything));
}
