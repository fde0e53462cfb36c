package pt.sunbeam.portmap;

/** Why an answer gave no mapping; each is a counter. */
public enum PortMappingRefusal {
    /** From another endpoint than the gateway's. */
    OTHER_SOURCE,
    /** Not an answer of either protocol. */
    UNREADABLE,
    /** To no question that is open. */
    UNASKED,
    /** With another nonce than the request's (RFC 6887 section 11.4). */
    WRONG_NONCE,
    /** Of another port or protocol than ours. */
    OTHER_MAPPING,
    /** The gateway said no. */
    GATEWAY_REFUSED,
    /** The external port is 0. */
    PORT_ZERO,
    /** Granted for less than {@link PortMappingTiming#LEAST_LIFETIME_SECONDS}: renewing would never end. */
    SHORT_LIFETIME,
    /** The external address is no IPv4 one. */
    OTHER_FAMILY,
    /** The gateway has no external address yet. */
    NO_EXTERNAL_ADDRESS,
    /** The external address is a carrier's (RFC 6598): its NAT lies between, and tailnets use the same range. */
    CARRIER_ADDRESS,
    /** The external address is one that no host has: loopback, link-local, multicast or reserved. */
    RESERVED_ADDRESS,
    /** The external address is within our own network: the gateway names a neighbour, or does not translate. */
    OWN_NETWORK
}
