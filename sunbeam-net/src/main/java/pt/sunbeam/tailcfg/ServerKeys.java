package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.keys.MachinePublic;

/**
 * The answer to {@code GET /key} ({@code tailcfg.OverTLSPublicKeyResponse}).
 *
 * @param legacyPublicKey of the protocol before Noise; unused
 * @param publicKey the server's Noise static key; null when the server names none
 */
public record ServerKeys(
        @JsonProperty("legacyPublicKey") @Nullable MachinePublic legacyPublicKey,
        @JsonProperty("publicKey") @Nullable MachinePublic publicKey) {}
