package pt.sunbeam.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import pt.sunbeam.bytes.Hex;

/** The label's bytes are those of the handshake vector. */
class TimestampSourceTest {
    private Instant now = Instant.ofEpochSecond(1_700_000_000, 0x12ffffff);

    @Test
    void aStampLiesOnTheGridOfWireguardGo() {
        assertThat(Hex.encode(new TimestampSource(() -> now).next().toBytes())).isEqualTo("400000006553f10a12000000");
    }

    @Test
    void stampsGrowWithAStandingClockAndWithOneSetBack() {
        TimestampSource source = new TimestampSource(() -> now);
        Tai64n last = source.next();
        for (int i = 0; i < 1000; i++) {
            now = i == 500 ? now.minusSeconds(86_400) : now;
            Tai64n next = source.next();
            assertThat(next).as("stamp %d", i).isGreaterThan(last);
            assertThat(next.nanos()).isBetween(0, 999_999_999);
            last = next;
        }
    }

    @Test
    void aRestartNeverGoesBackEvenWhenTheLastStampsWereNotWritten() {
        TimestampSource before = new TimestampSource(() -> now);
        Tai64n written = before.next();
        now = now.plusNanos(TimestampSource.PERSIST_WITHIN_NANOS - 1);
        Tai64n unwritten = before.next();
        now = Instant.EPOCH;
        TimestampSource after = new TimestampSource(() -> now, written);
        assertThat(after.latest()).isEqualTo(written);
        assertThat(after.next()).isGreaterThan(unwritten);
    }

    @Test
    void aRightClockIsFollowedAfterARestart() {
        Tai64n written = new TimestampSource(() -> now).next();
        now = now.plusSeconds(3600);
        assertThat(new TimestampSource(() -> now, written).next()).isEqualTo(new TimestampSource(() -> now).next());
    }
}
