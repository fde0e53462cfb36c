package pt.sunbeam.transport;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import pt.sunbeam.bytes.Hex;

/**
 * Accepts exactly the leaf certificate whose DER form has the given SHA-256: neither name, issuer nor dates matter
 * (Tailscale's {@code sha256-raw:} certificate names, net/tlsdial).
 */
final class PinnedLeaf extends X509ExtendedTrustManager {
    private final byte[] sha256;

    PinnedLeaf(String sha256Hex) {
        byte[] decoded = Hex.decode(sha256Hex);
        this.sha256 = decoded == null ? new byte[0] : decoded;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        try {
            byte[] actual = MessageDigest.getInstance("SHA-256").digest(chain[0].getEncoded());
            if (!MessageDigest.isEqual(actual, sha256)) {
                throw new CertificateException("the certificate is not the pinned one");
            }
        } catch (GeneralSecurityException e) {
            throw e instanceof CertificateException ce ? ce : new CertificateException(e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this trust manager is a client's");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("this trust manager is a client's");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("this trust manager is a client's");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
