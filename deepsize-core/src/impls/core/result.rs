either! { Result { Ok, Err } }
