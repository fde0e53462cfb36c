package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a register request ({@code tailcfg.RegisterResponse}). Read in this order: error, signature, expired key,
 * URL; without any of them the node is registered.
 *
 * @param user the owner
 * @param login the owner's login
 * @param nodeKeyExpired the requested node key cannot be used: make a new one and register again
 * @param machineAuthorized false: registered, and waiting for an administrator
 * @param authUrl non-empty: a person must visit it
 * @param nodeKeySignature base64; non-empty: tailnet lock wants the new key signed
 * @param error non-empty: final, for people; everything else is meaningless
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RegisterResponse(
        @Nullable User user,
        @Nullable Login login,
        boolean nodeKeyExpired,
        boolean machineAuthorized,
        @JsonProperty("AuthURL") String authUrl,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) String nodeKeySignature,
        String error) {
    public RegisterResponse {
        authUrl = WireLists.orEmpty(authUrl);
        nodeKeySignature = WireLists.orEmpty(nodeKeySignature);
        error = WireLists.orEmpty(error);
    }

    /** {@code tailcfg.User}. */
    public record User(@JsonProperty("ID") long id, String displayName) {
        public User {
            displayName = WireLists.orEmpty(displayName);
        }
    }

    /** {@code tailcfg.Login}. */
    public record Login(@JsonProperty("ID") long id, String loginName, String displayName) {
        public Login {
            loginName = WireLists.orEmpty(loginName);
            displayName = WireLists.orEmpty(displayName);
        }
    }
}
