use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::support::{assert_exact, assert_flat};

#[test]
fn networks_own_nothing() {
    let net: Ipv4Net = "10.0.0.0/8".parse().unwrap();
    assert_flat((net, IpNet::V4(net), net.hosts(), net.subnets(9)));
    assert_flat("fd00::/8".parse::<Ipv6Net>());
    assert_exact(|| {
        (0..30).map(|bits| (Ipv4Net::new([10, 0, 0, 0].into(), bits), bits.to_string())).collect::<Vec<_>>()
    });
}
