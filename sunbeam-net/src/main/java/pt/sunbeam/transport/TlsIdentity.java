package pt.sunbeam.transport;

/** What a TLS peer must prove before a byte is sent to it. */
public sealed interface TlsIdentity {
    /** No TLS at all: an explicit {@code http} URL, or a relay on the same plain host. */
    record Plain() implements TlsIdentity {}

    /**
     * A certificate chain to a trusted root, valid for a name.
     *
     * @param serverName sent as SNI
     * @param expectedName the name the certificate must carry; usually the same (derp.md section 4.1)
     */
    record Named(String serverName, String expectedName) implements TlsIdentity {}

    /**
     * Exactly one leaf certificate, whatever its name and issuer.
     *
     * @param serverName sent as SNI
     * @param sha256Hex SHA-256 of the leaf's DER form, 64 lower-case hexadecimal digits
     */
    record Pinned(String serverName, String sha256Hex) implements TlsIdentity {}
}
