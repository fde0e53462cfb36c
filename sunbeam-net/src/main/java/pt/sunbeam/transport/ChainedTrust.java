package pt.sunbeam.transport;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Asks several sets of roots in turn, each of which is loaded only when those before it did not know the chain: reading a
 * system's bundle takes longer than a handshake. A chain is trusted when one set trusts it; otherwise the first reason that
 * is not "unknown issuer" is told, because a wrong name or an expired date is what the user can mend.
 */
final class ChainedTrust extends X509ExtendedTrustManager {
    private final List<Supplier<X509ExtendedTrustManager>> sets;
    private final @Nullable X509ExtendedTrustManager[] loaded;

    ChainedTrust(List<Supplier<X509ExtendedTrustManager>> sets) {
        this.sets = List.copyOf(sets);
        this.loaded = new X509ExtendedTrustManager[sets.size()];
    }

    @FunctionalInterface
    private interface Check {
        void by(X509ExtendedTrustManager manager) throws CertificateException;
    }

    private void anyOf(Check check) throws CertificateException {
        CertificateException reason = null;
        for (int i = 0; i < sets.size(); i++) {
            try {
                check.by(set(i));
                return;
            } catch (CertificateException e) {
                if (reason == null || isUnknownIssuer(reason)) {
                    reason = e;
                }
            }
        }
        throw reason == null ? new CertificateException("no roots are trusted") : reason;
    }

    /** Two handshakes may load the same set at once; both loads give the same, so nothing needs a lock. */
    private X509ExtendedTrustManager set(int i) {
        X509ExtendedTrustManager manager = loaded[i];
        if (manager == null) {
            manager = sets.get(i).get();
            loaded[i] = manager;
        }
        return manager;
    }

    private static boolean isUnknownIssuer(CertificateException e) {
        Throwable t = e;
        for (int depth = 0; t != null && depth < 8; depth++, t = t.getCause()) {
            String text = String.valueOf(t.getMessage());
            if (text.contains("unable to find valid certification path") || text.contains("trustAnchors")) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        anyOf(m -> m.checkServerTrusted(chain, authType));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        anyOf(m -> m.checkServerTrusted(chain, authType, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        anyOf(m -> m.checkServerTrusted(chain, authType, engine));
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
        List<X509Certificate> all = new ArrayList<>();
        for (int i = 0; i < sets.size(); i++) {
            all.addAll(List.of(set(i).getAcceptedIssuers()));
        }
        return all.toArray(X509Certificate[]::new);
    }
}
