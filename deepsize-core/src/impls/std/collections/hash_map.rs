hash_map! { std::collections::HashMap }
