hash_set! { std::collections::HashSet }
