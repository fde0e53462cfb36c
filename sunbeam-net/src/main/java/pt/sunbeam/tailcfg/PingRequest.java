package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A question from the server ({@code tailcfg.PingRequest}).
 *
 * @param url where the answer goes
 * @param urlIsNoise the answer goes through the control connection
 * @param types empty: a HEAD of the URL; {@code c2n}: an HTTP request to this node; else ping methods
 * @param payload base64: the c2n request as HTTP/1.1 text
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PingRequest(
        @JsonProperty("URL") String url,

        @JsonProperty("URLIsNoise") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        boolean urlIsNoise,

        String types,
        String payload) {
    public PingRequest {
        url = WireLists.orEmpty(url);
        types = WireLists.orEmpty(types);
        payload = WireLists.orEmpty(payload);
    }
}
