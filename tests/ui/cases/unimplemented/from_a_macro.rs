use deep_size::DeepSize;

struct Foreign;


macro_rules! make {
    ($name:ident, $type:ty) => {
        #[derive(DeepSize)]
        struct $name {
            field: $type,
        }
    };
}

make!(Faulty, Foreign);

fn main() {}
