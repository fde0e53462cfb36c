package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A pre-authentication key. Secret: {@code toString} hides it.
 *
 * @param authKey as the server issued it
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RegisterAuth(String authKey) {
    public RegisterAuth {
        authKey = WireLists.orEmpty(authKey);
    }

    @Override
    public String toString() {
        return "RegisterAuth[hidden]";
    }
}
