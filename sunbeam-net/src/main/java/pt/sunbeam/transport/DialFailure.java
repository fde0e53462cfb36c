package pt.sunbeam.transport;

import io.netty.handler.ssl.NotSslRecordException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;

/** Turns what went wrong while dialling into a sentence: the host, the reason as far as known, the next step. */
final class DialFailure {
    private static final String CHECK_NETWORK = "check the address, this machine's network and any firewall between";
    private static final String TRUST_IT = "pass the server's CA with --ca-file FILE (PEM), or set SSL_CERT_FILE";

    private DialFailure() {}

    static SunbeamException timedOut(DialTarget target) {
        return unreachable(target, "no answer in time", CHECK_NETWORK, null);
    }

    static SunbeamException of(DialTarget target, Throwable cause) {
        CertificateException certificate = find(cause, CertificateException.class);
        if (certificate != null || find(cause, CertPathBuilderException.class) != null) {
            return untrusted(target, cause, certificate);
        }
        if (find(cause, NotSslRecordException.class) != null) {
            return unreachable(
                    target, "it does not speak TLS", "if the server has no TLS, write its URL with http://", cause);
        }
        if (cause instanceof NoRouteToHostException) {
            return unreachable(target, "no route to the host", CHECK_NETWORK, cause);
        }
        if (cause instanceof ConnectException) {
            return unreachable(target, connectReason(cause), CHECK_NETWORK, cause);
        }
        if (cause instanceof ClosedChannelException) {
            return unreachable(target, "the connection was closed during the TLS handshake", CHECK_NETWORK, cause);
        }
        return unreachable(target, String.valueOf(cause.getMessage()), CHECK_NETWORK, cause);
    }

    private static String connectReason(Throwable cause) {
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("refused")) {
            return "the connection was refused";
        }
        if (text.contains("timed out")) {
            return "no answer in time";
        }
        if (text.contains("unreachable")) {
            return "the network is unreachable";
        }
        return "the connection failed";
    }

    private static SunbeamException untrusted(
            DialTarget target, Throwable cause, @Nullable CertificateException certificate) {
        String reason;
        String advice = TRUST_IT;
        if (find(cause, CertificateExpiredException.class) != null) {
            reason = "its certificate has expired";
            advice = "renew the server's certificate, or check this machine's clock";
        } else if (find(cause, CertificateNotYetValidException.class) != null) {
            reason = "its certificate is not valid yet";
            advice = "check this machine's clock";
        } else if (certificate != null && mentionsName(certificate)) {
            reason = "its certificate is for another name";
            advice = "use the name in the server's certificate as the login server";
        } else if (target.tls() instanceof TlsIdentity.Pinned) {
            reason = "its certificate is not the pinned one";
            advice = "check the relay's certificate fingerprint in the tailnet's relay map";
        } else {
            reason = "its certificate is signed by an authority this machine does not trust";
        }
        return new SunbeamException(
                FailureCode.CONTROL_UNTRUSTED, "cannot trust " + target + ": " + reason, advice, cause);
    }

    private static boolean mentionsName(CertificateException e) {
        String text = String.valueOf(e.getMessage());
        return text.contains("No subject alternative") || text.contains("No name matching");
    }

    private static SunbeamException unreachable(
            DialTarget target, String reason, String advice, @Nullable Throwable cause) {
        return new SunbeamException(
                FailureCode.CONTROL_UNREACHABLE, "cannot reach " + target + ": " + reason, advice, cause);
    }

    private static <T extends Throwable> @Nullable T find(Throwable start, Class<T> type) {
        int depth = 0;
        for (Throwable t = start; t != null && depth < 16; t = t.getCause(), depth++) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }
}
