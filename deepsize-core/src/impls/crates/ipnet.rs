//! `ipnet` 2: exact. Its types own nothing.

use ipnet::{
    AddrParseError, IpAddrRange, IpNet, IpSubnets, Ipv4AddrRange, Ipv4Net, Ipv4Subnets, Ipv6AddrRange,
    Ipv6Net, Ipv6Subnets, PrefixLenError,
};

flat! {
    AddrParseError, IpAddrRange, IpNet, IpSubnets, Ipv4AddrRange, Ipv4Net, Ipv4Subnets, Ipv6AddrRange,
    Ipv6Net, Ipv6Subnets, PrefixLenError,
}
