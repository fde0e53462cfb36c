package pt.sunbeam.wireguard;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.time.TokenBucket;

/**
 * Bounds the key agreements that strangers can make us compute (WireGuard paper, section 5.3).
 *
 * <p>Up to {@link #CALM_PER_SECOND} handshake messages a second pass as they come. More is load, which lasts until a second
 * after it was seen last; under load a message must carry the cookie of its address, else it is answered with one, and
 * each address has a small rate of its own.
 */
final class HandshakeGate {
    static final int CALM_PER_SECOND = 100;
    static final int SOURCE_PER_SECOND = 20;
    static final int SOURCE_BURST = 5;
    static final int MAX_SOURCES = 1024;

    enum Verdict {
        ADMIT,
        /** Refuse, and send {@link #reply}. */
        COOKIE,
        DROP
    }

    private final CookieSource cookies;
    private final Map<Object, TokenBucket> sources = new EldestFirst();
    private @Nullable TokenBucket calm;
    private @Nullable TokenBucket proven;
    private long loadUntilNanos = Long.MIN_VALUE;

    HandshakeGate(byte[] ownStaticPublic, RandomGenerator random) {
        cookies = new CookieSource(ownStaticPublic, random);
    }

    /** Judges a handshake message whose mac1 is right. */
    Verdict admit(byte[] message, Origin origin, long nowNanos) {
        if (calm == null || proven == null) {
            calm = new TokenBucket(CALM_PER_SECOND, CALM_PER_SECOND, nowNanos);
            proven = new TokenBucket(CALM_PER_SECOND, CALM_PER_SECOND, nowNanos);
        }
        if (!calm.take(nowNanos)) {
            loadUntilNanos = nowNanos + Deadline.SECOND;
        }
        if (nowNanos >= loadUntilNanos) {
            return Verdict.ADMIT;
        }
        if (!MessageMacs.mac2Matches(message, cookies.cookie(origin, nowNanos))) {
            return Verdict.COOKIE;
        }
        TokenBucket source = sources.computeIfAbsent(
                origin.rateKey(), _ -> new TokenBucket(SOURCE_PER_SECOND, SOURCE_BURST, nowNanos));
        return source.take(nowNanos) && proven.take(nowNanos) ? Verdict.ADMIT : Verdict.DROP;
    }

    byte[] reply(byte[] message, Origin origin, long nowNanos) {
        return cookies.reply(message, origin, nowNanos);
    }

    /** Forgets the source that was quiet for longest when there are too many. */
    private static final class EldestFirst extends LinkedHashMap<Object, TokenBucket> {
        private static final long serialVersionUID = 1;

        EldestFirst() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, TokenBucket> eldest) {
            return size() > MAX_SOURCES;
        }
    }
}
