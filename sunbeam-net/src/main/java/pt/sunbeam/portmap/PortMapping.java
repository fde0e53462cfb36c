package pt.sunbeam.portmap;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.time.Deadline;

/**
 * Keeps one UDP port of this machine open at its router (RFC 6886, RFC 6887). It has no socket and no clock; one thread owns it.
 *
 * <p>It asks by both protocols at once, and takes the mapping by PCP where the gateway speaks it, else by NAT-PMP (RFC 6887
 * appendix A). It renews at half of the lifetime, then at half of what is left. A gateway that says nothing is asked again
 * after a minute, and each time after twice as long, up to {@link PortMappingTiming#LONGEST_REST_NANOS}. An epoch that tells of a restart makes
 * it ask for the mapping anew.
 *
 * <p>Left out: a gateway's multicast announcements (RFC 6886 section 3.2.1), for which {@link #check} stands in, and UPnP.
 */
public final class PortMapping {
    /** What the machine asks of its owner. */
    public interface Sink {
        /** Sends the request to the gateway, from the address that the gateway was given with. */
        void sendToGateway(byte[] request);

        /** {@link #external} or {@link #services} differ from what they were. */
        void mappingChanged();
    }

    private enum Phase {
        OFF,
        PROBING,
        REQUESTING,
        HELD,
        RESTING
    }

    private final Sink sink;
    private final PortMappingCounters counters = new PortMappingCounters();
    private final GatewayRequests requests;
    private final ServiceFindings findings = new ServiceFindings();
    private final GatewayEpoch natPmpEpoch = new GatewayEpoch(false);
    private final GatewayEpoch pcpEpoch = new GatewayEpoch(true);
    private Phase phase = Phase.OFF;

    /** Of the request under way and of the mapping held. */
    private boolean byPcp;

    private boolean pcpRuledOut;
    private int tries;
    private int rests;
    private long nextNanos = Deadline.NONE;
    private long requestedNanos = Deadline.LONG_AGO;
    private long expiryNanos = Deadline.NONE;

    /** NAT-PMP tells address and port in two answers; each is null until it came in this round. */
    private @Nullable IpAddress natPmpAddress;

    private NatPmp.@Nullable Mapped natPmpGrant;
    private @Nullable IpEndpoint external;

    /** @param random cryptographically strong: the nonce is what proves an answer by PCP */
    public PortMapping(RandomGenerator random, Sink sink) {
        this.sink = sink;
        this.requests = new GatewayRequests(random, sink, counters);
    }

    public PortMappingCounters counters() {
        return counters;
    }

    /** Where the router sends on what arrives for us; null without a mapping. */
    public @Nullable IpEndpoint external() {
        return external;
    }

    /** What the gateway speaks; null while nothing is known. */
    public @Nullable MappingServices services() {
        return findings.services();
    }

    /**
     * Begins anew: the network, the gateway or the port is another one, or may be. All that was known is forgotten; only the
     * same gateway is asked for the same mapping, by its nonce, and told to forget that of another port.
     *
     * @param port 1 to 65535
     */
    public void start(Gateway newGateway, int port, long nowNanos) {
        if (newGateway.equals(requests.gateway()) && port != requests.internalPort()) {
            withdraw();
        }
        requests.ask(newGateway, port);
        rests = 0;
        forget();
        natPmpEpoch.forget();
        pcpEpoch.forget();
        probe(nowNanos);
    }

    /** Ends the mapping, at the gateway too; nothing is asked until the next {@link #start}. */
    public void stop() {
        withdraw();
        gatewayLost();
    }

    /** There is no gateway to ask any more, nor one to tell. */
    public void gatewayLost() {
        requests.askNobody();
        phase = Phase.OFF;
        nextNanos = Deadline.NONE;
        forget();
    }

    private void forget() {
        boolean told = findings.services() != null;
        external = null;
        findings.forget();
        natPmpAddress = null;
        natPmpGrant = null;
        expiryNanos = Deadline.NONE;
        requestedNanos = Deadline.LONG_AGO;
        tell(told);
    }

    private void withdraw() {
        if (external != null || phase == Phase.REQUESTING) {
            requests.remove(byPcp);
        }
    }

    /** The mapping may no longer be what it was: asks for it again, unless that was done a short while ago. */
    public void check(long nowNanos) {
        if (phase == Phase.HELD && nowNanos - requestedNanos >= PortMappingTiming.LEAST_RENEWAL_NANOS) {
            request(byPcp, nowNanos);
        }
    }

    public long nextDeadlineNanos() {
        return Math.min(nextNanos, expiryNanos);
    }

    public void onTimer(long nowNanos) {
        if (nowNanos >= expiryNanos) {
            counters.countExpired();
            lose();
            probe(nowNanos);
        } else if (nowNanos >= nextNanos) {
            switch (phase) {
                case OFF -> nextNanos = Deadline.NONE;
                case PROBING -> onProbeTimer(nowNanos);
                case REQUESTING -> onRequestTimer(nowNanos);
                case HELD -> request(byPcp, nowNanos);
                case RESTING -> probe(nowNanos);
            }
        }
    }

    // ---- asking who is there ----

    private void probe(long nowNanos) {
        phase = Phase.PROBING;
        findings.probed();
        pcpRuledOut = false;
        natPmpAddress = null;
        tries = 0;
        sendProbe(nowNanos);
    }

    private void sendProbe(long nowNanos) {
        requests.probe();
        waitForAnswer(nowNanos);
    }

    /** PCP has had its time when NAT-PMP answered and it did not. */
    private void onProbeTimer(long nowNanos) {
        if (natPmpAddress != null) {
            request(false, nowNanos);
        } else if (tries < PortMappingTiming.TRIES) {
            sendProbe(nowNanos);
        } else {
            rest(0, nowNanos);
        }
    }

    private void waitForAnswer(long nowNanos) {
        nextNanos = nowNanos + (PortMappingTiming.FIRST_WAIT_NANOS << tries);
        tries++;
    }

    private void rest(long refusalSeconds, long nowNanos) {
        phase = Phase.RESTING;
        nextNanos = nowNanos + PortMappingTiming.restNanos(rests, refusalSeconds);
        rests++;
        tell(findings.silent());
    }

    // ---- asking for the mapping ----

    private void request(boolean pcp, long nowNanos) {
        if (external != null) {
            natPmpAddress = null;
        }
        phase = Phase.REQUESTING;
        byPcp = pcp;
        natPmpGrant = null;
        tries = 0;
        sendRequest(nowNanos);
    }

    private void sendRequest(long nowNanos) {
        requestedNanos = nowNanos;
        if (!byPcp && natPmpAddress == null) {
            requests.externalAddress();
        }
        requests.map(byPcp);
        waitForAnswer(nowNanos);
    }

    private void onRequestTimer(long nowNanos) {
        long leftNanos = expiryNanos - nowNanos;
        if (tries < PortMappingTiming.TRIES) {
            sendRequest(nowNanos);
        } else if (external == null) {
            refused(0, nowNanos);
        } else {
            phase = Phase.HELD;
            nextNanos =
                    leftNanos / 2 >= PortMappingTiming.LEAST_RENEWAL_NANOS ? nowNanos + leftNanos / 2 : Deadline.NONE;
        }
    }

    /** The request came to nothing: a mapping that was held is gone, and the other protocol may do. */
    private void refused(long refusalSeconds, long nowNanos) {
        boolean other = byPcp && natPmpAddress != null;
        lose();
        if (other) {
            request(false, nowNanos);
        } else {
            rest(refusalSeconds, nowNanos);
        }
    }

    private void lose() {
        expiryNanos = Deadline.NONE;
        setExternal(null);
    }

    private void hold(IpEndpoint granted, long lifetimeSeconds, long nowNanos) {
        long lifetimeNanos = Deadline.seconds(Math.min(lifetimeSeconds, PortMappingTiming.LONGEST_LIFETIME_SECONDS));
        counters.countGranted(Gateway.isPrivate(granted.address()));
        phase = Phase.HELD;
        rests = 0;
        requests.suggest(granted);
        nextNanos = nowNanos + lifetimeNanos / 2;
        expiryNanos = nowNanos + lifetimeNanos;
        setExternal(granted);
    }

    private void setExternal(@Nullable IpEndpoint now) {
        boolean same = now == null ? external == null : now.equals(external);
        external = now;
        if (!same) {
            findings.mapped(now != null);
            sink.mappingChanged();
        }
    }

    private void tell(boolean news) {
        if (news) {
            sink.mappingChanged();
        }
    }

    // ---- answers ----

    /** Takes a datagram of {@code length} bytes at {@code offset} that came to the socket from which requests leave. */
    public void onResponse(byte[] b, int offset, int length, IpEndpoint source, long nowNanos) {
        Gateway asked = requests.gateway();
        if (asked == null) {
            counters.countRefused(PortMappingRefusal.UNASKED);
        } else if (!asked.endpoint().equals(source)) {
            counters.countRefused(PortMappingRefusal.OTHER_SOURCE);
        } else if (length > 0 && b[offset] == NatPmp.VERSION) {
            onNatPmp(NatPmp.decode(b, offset, length), asked, nowNanos);
        } else {
            onPcp(Pcp.decode(b, offset, length), asked, nowNanos);
        }
    }

    private void onNatPmp(NatPmp.Response response, Gateway asked, long nowNanos) {
        switch (response) {
            case NatPmp.Refused _ -> counters.countRefused(PortMappingRefusal.UNREADABLE);
            case NatPmp.ExternalAddress(long epoch, IpAddress address) -> {
                onEpoch(natPmpEpoch, false, epoch, nowNanos);
                tell(findings.natPmp(true));
                onExternalAddress(address, asked, nowNanos);
            }
            case NatPmp.Mapped mapped -> {
                onEpoch(natPmpEpoch, false, mapped.epochSeconds(), nowNanos);
                onNatPmpGrant(mapped, nowNanos);
            }
            case NatPmp.Failed failed -> onNatPmpFailure(failed, nowNanos);
        }
    }

    private void onExternalAddress(IpAddress address, Gateway asked, long nowNanos) {
        PortMappingRefusal refusal = asked.refusalOf(address);
        if (refusal != null) {
            counters.countRefused(refusal);
            return;
        }
        natPmpAddress = address;
        if (phase == Phase.PROBING && pcpRuledOut) {
            request(false, nowNanos);
        } else {
            completeNatPmp(nowNanos);
        }
    }

    private void onNatPmpGrant(NatPmp.Mapped mapped, long nowNanos) {
        if (phase != Phase.REQUESTING || byPcp) {
            counters.countRefused(PortMappingRefusal.UNASKED);
        } else if (mapped.internalPort() != requests.internalPort()) {
            counters.countRefused(PortMappingRefusal.OTHER_MAPPING);
        } else if (isUsable(mapped.externalPort(), mapped.lifetimeSeconds(), nowNanos)) {
            natPmpGrant = mapped;
            completeNatPmp(nowNanos);
        }
    }

    private void completeNatPmp(long nowNanos) {
        IpAddress address = natPmpAddress;
        NatPmp.Mapped grant = natPmpGrant;
        if (phase == Phase.REQUESTING && !byPcp && address != null && grant != null) {
            hold(new IpEndpoint(address, grant.externalPort()), grant.lifetimeSeconds(), nowNanos);
        }
    }

    /** A server of NAT-PMP alone says so in answer to PCP (RFC 6887 appendix A). */
    private void onNatPmpFailure(NatPmp.Failed failed, long nowNanos) {
        if (failed.result() == NatPmp.Result.UNSUPPORTED_VERSION) {
            onPcpRuledOut(nowNanos);
            return;
        }
        counters.countRefused(PortMappingRefusal.GATEWAY_REFUSED);
        if (failed.opcode() == NatPmp.EXTERNAL_ADDRESS) {
            tell(findings.natPmp(false));
        } else if (failed.opcode() == NatPmp.MAP_UDP && phase == Phase.REQUESTING && !byPcp) {
            refused(0, nowNanos);
        }
    }

    private void onPcp(Pcp.Response response, Gateway asked, long nowNanos) {
        switch (response) {
            case Pcp.Refused _ -> counters.countRefused(PortMappingRefusal.UNREADABLE);
            case Pcp.OtherVersion _ -> onPcpRuledOut(nowNanos);
            case Pcp.Announced(long epoch) -> {
                onEpoch(pcpEpoch, true, epoch, nowNanos);
                tell(findings.pcp(true));
                if (phase == Phase.PROBING) {
                    request(true, nowNanos);
                }
            }
            case Pcp.Mapped mapped -> onPcpGrant(mapped, asked, nowNanos);
            case Pcp.Failed failed -> onPcpFailure(failed, nowNanos);
        }
    }

    private void onPcpGrant(Pcp.Mapped mapped, Gateway asked, long nowNanos) {
        if (!mapped.nonce().equals(requests.nonce())) {
            counters.countRefused(PortMappingRefusal.WRONG_NONCE);
            return;
        }
        onEpoch(pcpEpoch, true, mapped.epochSeconds(), nowNanos);
        if (phase != Phase.REQUESTING || !byPcp) {
            counters.countRefused(PortMappingRefusal.UNASKED);
        } else if (mapped.protocol() != Pcp.UDP || mapped.internalPort() != requests.internalPort()) {
            counters.countRefused(PortMappingRefusal.OTHER_MAPPING);
        } else if (isUsable(mapped.external().port(), mapped.lifetimeSeconds(), nowNanos)) {
            PortMappingRefusal refusal = asked.refusalOf(mapped.external().address());
            if (refusal == null) {
                hold(mapped.external(), mapped.lifetimeSeconds(), nowNanos);
            } else {
                counters.countRefused(refusal);
                refused(0, nowNanos);
            }
        }
    }

    private void onPcpFailure(Pcp.Failed failed, long nowNanos) {
        if (failed.nonce() != null && !failed.nonce().equals(requests.nonce())) {
            counters.countRefused(PortMappingRefusal.WRONG_NONCE);
            return;
        }
        counters.countRefused(PortMappingRefusal.GATEWAY_REFUSED);
        if (failed.opcode() == Pcp.ANNOUNCE) {
            onPcpRuledOut(nowNanos);
        } else if (failed.opcode() == Pcp.MAP && phase == Phase.REQUESTING && byPcp) {
            refused(failed.lifetimeSeconds(), nowNanos);
        }
    }

    private void onPcpRuledOut(long nowNanos) {
        pcpRuledOut = true;
        tell(findings.pcp(false));
        if (phase == Phase.PROBING && natPmpAddress != null) {
            request(false, nowNanos);
        } else if (phase == Phase.REQUESTING && byPcp) {
            refused(0, nowNanos);
        }
    }

    /** What is wrong with a grant that is ours ends the request: asking again would bring the same. */
    private boolean isUsable(int externalPort, long lifetimeSeconds, long nowNanos) {
        PortMappingRefusal refusal = externalPort == 0
                ? PortMappingRefusal.PORT_ZERO
                : lifetimeSeconds < PortMappingTiming.LEAST_LIFETIME_SECONDS ? PortMappingRefusal.SHORT_LIFETIME : null;
        if (refusal != null) {
            counters.countRefused(refusal);
            refused(0, nowNanos);
        }
        return refusal == null;
    }

    /** A mapping of before a restart is lost: it is asked for again soon, and believed no longer than that takes. */
    private void onEpoch(GatewayEpoch clock, boolean pcp, long epochSeconds, long nowNanos) {
        if (clock.restarted(epochSeconds, nowNanos)) {
            counters.countGatewayRestart();
            if (phase == Phase.HELD && pcp == byPcp) {
                long soonNanos = Math.max(nowNanos, requestedNanos + PortMappingTiming.LEAST_RENEWAL_NANOS);
                nextNanos = Math.min(nextNanos, soonNanos);
                expiryNanos = Math.min(expiryNanos, soonNanos + PortMappingTiming.LEAST_RENEWAL_NANOS);
            }
        }
    }
}
