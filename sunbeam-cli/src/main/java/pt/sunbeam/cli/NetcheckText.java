package pt.sunbeam.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ipc.NetcheckStatus;
import pt.sunbeam.ipc.NetcheckStatus.Region;

/**
 * A report as the lines that people know from {@code tailscale netcheck} and paste into tickets; so their order and names are
 * those of Tailscale, cmd/tailscale/cli/netcheck.go at 166ad80e, without hair-pinning, which is no longer tested. What that
 * program leaves empty is a word here.
 */
final class NetcheckText {
    private static final String BULLET = "\t* ";
    private static final double MICROS_PER_MILLI = 1_000;

    private NetcheckText() {}

    static List<String> lines(NetcheckStatus report) {
        List<String> lines = new ArrayList<>();
        lines.add("Report (" + report.ageSeconds() + " s old):");
        lines.add(BULLET + "UDP: " + report.udp());
        lines.add(BULLET + "IPv4: " + ipv4(report));
        lines.add(BULLET + "IPv6: " + ipv6(report));
        lines.add(BULLET + "MappingVariesByDestIP: " + orUnknown(report.mappingVaries()));
        lines.add(BULLET + "PortMapping: " + portMapping(report.portMapping()));
        lines.add(BULLET + "Nearest DERP: " + nearest(report));
        if (report.regions().stream().anyMatch(NetcheckText::answered)) {
            lines.add(BULLET + "DERP latency:" + (report.udp() ? "" : " (of TLS connections, as UDP does not work)"));
            report.regions().forEach(region -> lines.add("\t\t- " + region(region)));
        }
        return lines;
    }

    private static String ipv4(NetcheckStatus report) {
        return report.globalV4().isEmpty() ? "(no addr found)" : "yes, " + Text.printable(report.globalV4());
    }

    private static String ipv6(NetcheckStatus report) {
        if (!report.globalV6().isEmpty()) {
            return "yes, " + Text.printable(report.globalV6());
        }
        if (report.ipv6()) {
            return "(no addr found)";
        }
        Boolean inOs = report.osHasIpv6();
        return inOs == null ? "no" : inOs ? "no, but OS has support" : "no, unavailable in OS";
    }

    private static String orUnknown(@Nullable Boolean value) {
        return value == null ? "unknown" : value.toString();
    }

    private static String portMapping(@Nullable List<String> protocols) {
        if (protocols == null) {
            return "not checked";
        }
        return protocols.isEmpty() ? "none" : Text.printable(String.join(", ", protocols));
    }

    private static String nearest(NetcheckStatus report) {
        if (report.regions().isEmpty()) {
            return "none (the server names no relays)";
        }
        if (report.regions().stream().noneMatch(NetcheckText::answered)) {
            return "unknown (no response to latency probes)";
        }
        for (Region region : report.regions()) {
            if (region.id() == report.preferredRegion()) {
                return name(region);
            }
        }
        return "none";
    }

    private static boolean answered(Region region) {
        return region.latencyMicros() != NetcheckStatus.UNKNOWN;
    }

    private static String name(Region region) {
        String name = region.name().isEmpty() ? region.code() : region.name();
        return name.isEmpty() ? "region " + region.id() : Text.printable(name);
    }

    private static String region(Region region) {
        String code = region.code().isEmpty() ? String.valueOf(region.id()) : Text.printable(region.code());
        String latency =
                answered(region) ? String.format(Locale.ROOT, "%.1fms", region.latencyMicros() / MICROS_PER_MILLI) : "";
        return String.format(Locale.ROOT, "%3s: %-7s (%s)", code, latency, name(region));
    }
}
