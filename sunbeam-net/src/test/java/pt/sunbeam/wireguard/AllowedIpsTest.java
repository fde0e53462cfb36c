package pt.sunbeam.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;

/** The table is that of wireguard-go's and Linux's allowedips self-tests. */
class AllowedIpsTest {
    private final AllowedIps<String> table = new AllowedIps<>();

    @Test
    void theLongestPrefixWins() {
        put("192.168.4.0/24", "a");
        put("192.168.4.4/32", "b");
        put("192.168.0.0/16", "c");
        put("192.95.5.64/27", "d");
        put("192.95.5.65/27", "c");
        put("0.0.0.0/0", "e");
        put("64.15.112.0/20", "g");
        put("64.15.123.211/25", "h");
        put("10.0.0.0/25", "a");
        put("10.0.0.128/25", "b");
        put("10.1.0.0/30", "a");
        put("10.1.0.4/30", "b");
        owns("192.168.4.20", "a");
        owns("192.168.4.4", "b");
        owns("192.168.200.182", "c");
        owns("192.95.5.68", "c");
        owns("192.95.5.96", "e");
        owns("64.15.116.26", "g");
        owns("64.15.127.3", "g");
        owns("64.15.123.128", "h");
        owns("10.0.0.1", "a");
        owns("10.0.0.129", "b");
        owns("10.1.0.3", "a");
        owns("10.1.0.7", "b");
        owns("1.2.3.4", "e");
        assertThat(table.lookup(IpAddress.parse("::1"))).as("the other family").isNull();
    }

    @Test
    void ipv6IsMatchedOverAllBits() {
        put("2607:5300:60:6b0::c05f:543/128", "d");
        put("2607:5300:60:6b0::/64", "c");
        put("::/0", "e");
        put("2404:6800::/32", "h");
        put("2404:6800:4004:800:dead:beef:dead:beef/64", "a");
        put("2404:6800:4004:806::1006/128", "f");
        owns("2607:5300:60:6b0::c05f:543", "d");
        owns("2607:5300:60:6b0::c02e:1ee", "c");
        owns("2607:5300:6000:6b0::c05f:543", "e");
        owns("2404:6800:4004:806::1006", "f");
        owns("2404:6800:4004:806:0:1234:0:5678", "h");
        owns("2404:67ff:4004:806:0:1234:0:5678", "e");
        owns("2404:6800:4004:800:ffff::1", "a");
    }

    @Test
    void aWithdrawnPrefixFallsBackToTheShorterAndToTheEarlierClaim() {
        put("10.0.0.0/8", "wide");
        put("10.1.0.0/16", "first");
        put("10.1.0.0/16", "second");
        owns("10.1.2.3", "second");
        table.remove(IpPrefix.parse("10.1.0.0/16"), "nobody");
        owns("10.1.2.3", "second");
        table.remove(IpPrefix.parse("10.1.0.0/16"), "second");
        owns("10.1.2.3", "first");
        table.remove(IpPrefix.parse("10.1.0.0/16"), "first");
        owns("10.1.2.3", "wide");
        table.remove(IpPrefix.parse("10.0.0.0/8"), "wide");
        assertThat(table.lookup(IpAddress.parse("10.1.2.3"))).isNull();
    }

    @Test
    void itAgreesWithALinearSearchAfterEveryChange() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<IpPrefix> present = new ArrayList<>();
        for (int step = 0; step < 3000; step++) {
            if (present.size() > 40 || !present.isEmpty() && random.nextInt(3) == 0) {
                IpPrefix gone = present.remove(random.nextInt(present.size()));
                table.remove(gone, gone.toString());
            } else {
                boolean v6 = random.nextBoolean();
                IpPrefix added = new IpPrefix(address(random, v6), random.nextInt(v6 ? 129 : 33)).masked();
                if (!present.contains(added)) {
                    present.add(added);
                    table.put(added, added.toString());
                }
            }
            IpAddress probe = address(random, random.nextBoolean());
            assertThat(table.lookup(probe)).as("seed %d, step %d", seed, step).isEqualTo(linear(present, probe));
            byte[] bytes = probe.toBytes();
            assertThat(probe.v6() ? table.lookupV6(bytes, 0) : table.lookupV4(bytes, 0))
                    .isEqualTo(linear(present, probe));
        }
    }

    /** Few distinct addresses, so that prefixes nest and fork often. */
    private static IpAddress address(Random random, boolean v6) {
        int few = random.nextInt() & 0xc0810003;
        return v6 ? IpAddress.v6((long) few << 32, random.nextInt(4)) : IpAddress.v4(few);
    }

    private static String linear(List<IpPrefix> prefixes, IpAddress address) {
        IpPrefix best = null;
        for (IpPrefix prefix : prefixes) {
            if (prefix.contains(address) && (best == null || prefix.bits() > best.bits())) {
                best = prefix;
            }
        }
        return best == null ? null : best.toString();
    }

    private void put(String prefix, String value) {
        table.put(IpPrefix.parse(prefix), value);
    }

    private void owns(String address, String value) {
        assertThat(table.lookup(IpAddress.parse(address))).as(address).isEqualTo(value);
    }
}
