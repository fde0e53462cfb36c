package pt.sunbeam.control;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.tailcfg.Hostinfo;
import pt.sunbeam.tailcfg.RegisterRequest;
import pt.sunbeam.tailcfg.RegisterResponse;

/**
 * Makes the server accept a node key ({@code control/controlclient/direct.go} of Tailscale 1.102, doLogin).
 *
 * <p>A stored key is registered again; a new one is made when there is none, when the stored one is known to have expired,
 * or when the server says so. A login URL is shown and its answer waited for with the same key. The key becomes the node's
 * own, on disk, only when the server has accepted it. Owned by the control client's thread.
 */
final class Registration {
    private static final Duration SAME_URL_PAUSE = Duration.ofSeconds(1);
    private static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);
    private static final int MIN_PAUSE_MILLIS = 5_000;
    private static final int MAX_PAUSE_MILLIS = 10_000;

    /** Waits that a server may ask for in a row before this run gives up. */
    private static final int MAX_PAUSES = 20;

    private final ControlIdentity identity;
    private final NodeKeyStore store;
    private final ControlListener listener;
    private final RandomGenerator random;
    private final Hostinfo hostinfo;
    private @Nullable NodePrivate previous;
    private boolean fresh;
    private int pauses;

    Registration(
            ControlIdentity identity,
            NodeKeyStore store,
            ControlListener listener,
            RandomGenerator random,
            Hostinfo hostinfo) {
        this.identity = identity;
        this.store = store;
        this.listener = listener;
        this.random = random;
        this.hostinfo = hostinfo;
    }

    /** The accepted key. {@code expired}: the stored key is known to be of no use any more. */
    NodePrivate run(ControlConnection connection, boolean expired) {
        listener.progress(new ControlProgress.Registering());
        NodePrivate key = choose(expired);
        String followup = "";
        while (true) {
            RegisterResponse answer = ask(connection, request(key).withFollowup(followup));
            if (!answer.error().isEmpty()) {
                throw RegisterRefusal.error(identity.url(), answer.error());
            }
            if (!answer.nodeKeySignature().isEmpty()) {
                throw locked();
            }
            if (answer.nodeKeyExpired()) {
                key = replace(key);
                followup = "";
            } else if (!answer.authUrl().isEmpty()) {
                followup = await(answer.authUrl(), followup);
            } else {
                accepted(key, answer);
                return key;
            }
        }
    }

    private NodePrivate choose(boolean expired) {
        NodeKeyStore.NodeKeys keys = store.load();
        previous = keys.current();
        if (keys.pending() != null) {
            return keys.pending();
        }
        return keys.current() == null || expired ? generate() : keys.current();
    }

    private NodePrivate generate() {
        NodePrivate key = NodePrivate.generate(random);
        store.store(new NodeKeyStore.NodeKeys(previous, key));
        fresh = true;
        return key;
    }

    private NodePrivate replace(NodePrivate refused) {
        if (fresh) {
            throw new SunbeamException(
                    FailureCode.CONTROL_FAILED,
                    "the control server " + identity.url() + " calls a key expired that was made just now",
                    "Compare the clocks of this machine and of the server");
        }
        previous = refused;
        return generate();
    }

    private RegisterRequest request(NodePrivate key) {
        NodePrivate old = previous;
        NodePublic oldKey = old == null || old.equals(key) ? NodePublic.ZERO : old.publicKey();
        return RegisterRequest.of(key.publicKey(), oldKey, hostinfo)
                .withAuthKey(identity.authKey())
                .withEphemeral(identity.ephemeral());
    }

    private RegisterResponse ask(ControlConnection connection, RegisterRequest request) {
        while (true) {
            try {
                return connection.register(request);
            } catch (ControlConnection.TooManyRequests e) {
                if (++pauses > MAX_PAUSES) {
                    throw RegisterRefusal.status(identity.url(), "the registration", 429, "");
                }
                pause(retryAfter(e.retryAfter()));
            }
        }
    }

    private String await(String url, String followup) {
        if (url.equals(followup)) {
            pause(SAME_URL_PAUSE);
        } else {
            listener.progress(new ControlProgress.LoginNeeded(url));
        }
        return url;
    }

    private void accepted(NodePrivate key, RegisterResponse answer) {
        store.store(new NodeKeyStore.NodeKeys(key, null));
        listener.registered(key);
        if (!answer.machineAuthorized()) {
            listener.progress(new ControlProgress.ApprovalNeeded());
        }
    }

    private SunbeamException locked() {
        return new SunbeamException(
                FailureCode.CONTROL_UNSUPPORTED,
                "this tailnet uses tailnet lock, and the new key must be signed by hand",
                "Sign this node with a trusted node: tailscale lock sign");
    }

    /** Seconds or an HTTP date; a random 5 to 10 s where the server names no sensible time. */
    private Duration retryAfter(String header) {
        Duration asked = parse(header);
        if (asked.isZero() || asked.isNegative() || asked.compareTo(MAX_RETRY_AFTER) > 0) {
            return Duration.ofMillis(random.nextInt(MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS));
        }
        return asked;
    }

    private static Duration parse(String header) {
        try {
            return header.isEmpty() || !Character.isDigit(header.charAt(0))
                    ? Duration.between(
                            Instant.now(),
                            ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant())
                    : Duration.ofSeconds(Long.parseLong(header));
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            return Duration.ZERO;
        }
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Waits.interrupted(e);
        }
    }
}
