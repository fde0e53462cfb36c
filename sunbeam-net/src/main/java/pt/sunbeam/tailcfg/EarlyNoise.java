package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The payload a server may send before HTTP/2 ({@code tailcfg.EarlyNoise}).
 *
 * @param nodeKeyChallenge {@code chalpub:} and 64 hexadecimal digits; no request answers it today
 */
public record EarlyNoise(@JsonProperty("nodeKeyChallenge") String nodeKeyChallenge) {
    public EarlyNoise {
        nodeKeyChallenge = WireLists.orEmpty(nodeKeyChallenge);
    }
}
