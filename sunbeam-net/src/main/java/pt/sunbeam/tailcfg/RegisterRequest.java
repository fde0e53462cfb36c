package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.keys.NodePublic;

/**
 * {@code POST /machine/register} ({@code tailcfg.RegisterRequest}). Made by {@link #of}; the other forms differ from it by
 * one member. Keys are written in their zero form when absent, never as empty text, which servers refuse.
 *
 * @param version the capability version
 * @param nodeKey the key being registered
 * @param oldNodeKey the previous key while rotating, else {@link NodePublic#ZERO}
 * @param nlKey the tailnet-lock key's text; the zero form, since this client has none
 * @param auth absent for an interactive login and for a plain restart
 * @param expiry {@link #NO_EXPIRY}, or any time in the past to log out
 * @param followup the login URL received before, verbatim, or empty
 * @param hostinfo who asks
 * @param ephemeral asks for removal soon after the node goes offline
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RegisterRequest(
        int version,
        NodePublic nodeKey,
        NodePublic oldNodeKey,
        @JsonProperty("NLKey") String nlKey,
        @Nullable RegisterAuth auth,
        Instant expiry,
        String followup,
        @Nullable Hostinfo hostinfo,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean ephemeral) {
    /** Go's zero time. An expiry of any other past moment, the Unix epoch included, is a logout. */
    public static final Instant NO_EXPIRY = WireTypes.ZERO_TIME;

    /** The past moment that Tailscale's client sends to log out. */
    public static final Instant LOGOUT = Instant.ofEpochSecond(123);

    private static final String NO_LOCK_KEY = "nlpub:" + "0".repeat(64);

    public RegisterRequest {
        nodeKey = nodeKey == null ? NodePublic.ZERO : nodeKey;
        oldNodeKey = oldNodeKey == null ? NodePublic.ZERO : oldNodeKey;
        nlKey = nlKey == null ? NO_LOCK_KEY : nlKey;
        expiry = expiry == null ? NO_EXPIRY : expiry;
        followup = WireLists.orEmpty(followup);
    }

    /** Registers {@code nodeKey} without an auth key: a restart, or the start of an interactive login. */
    public static RegisterRequest of(NodePublic nodeKey, NodePublic oldNodeKey, Hostinfo hostinfo) {
        return new RegisterRequest(
                CapabilityVersion.CURRENT, nodeKey, oldNodeKey, NO_LOCK_KEY, null, NO_EXPIRY, "", hostinfo, false);
    }

    public RegisterRequest withAuthKey(String authKey) {
        RegisterAuth newAuth = authKey.isEmpty() ? null : new RegisterAuth(authKey);
        return new RegisterRequest(version, nodeKey, oldNodeKey, nlKey, newAuth, expiry, followup, hostinfo, ephemeral);
    }

    public RegisterRequest withFollowup(String url) {
        return new RegisterRequest(version, nodeKey, oldNodeKey, nlKey, auth, expiry, url, hostinfo, ephemeral);
    }

    public RegisterRequest withEphemeral(boolean wanted) {
        return new RegisterRequest(version, nodeKey, oldNodeKey, nlKey, auth, expiry, followup, hostinfo, wanted);
    }

    /** The same node, asking to be logged out. */
    public RegisterRequest asLogout() {
        return new RegisterRequest(version, nodeKey, oldNodeKey, nlKey, null, LOGOUT, "", hostinfo, ephemeral);
    }
}
