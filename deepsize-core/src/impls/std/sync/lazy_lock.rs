use std::sync::LazyLock;

lazy! { LazyLock }
