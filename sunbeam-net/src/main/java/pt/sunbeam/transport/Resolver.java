package pt.sunbeam.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ip.IpAddress;

/** Names to addresses by the system's resolver, with the time limit that the JDK's own call lacks. */
public final class Resolver {
    private Resolver() {}

    /** The addresses to try, in the resolver's order with the families alternating (RFC 8305 section 4). */
    static List<IpAddress> resolve(DialTarget target, Duration timeout) {
        if (!target.addresses().isEmpty()) {
            return target.addresses();
        }
        IpAddress literal = IpAddress.parse(target.host());
        if (literal != null) {
            return List.of(literal);
        }
        return alternate(lookUp(target, timeout));
    }

    private static List<IpAddress> lookUp(DialTarget target, Duration timeout) {
        var answer = new CompletableFuture<InetAddress[]>();
        Thread.ofVirtual().name("resolve").start(() -> {
            try {
                answer.complete(InetAddress.getAllByName(target.host()));
            } catch (UnknownHostException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            List<IpAddress> found = new ArrayList<>();
            for (InetAddress address : answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                found.add(IpAddress.of(address));
            }
            return found;
        } catch (ExecutionException e) {
            throw unknown(target, "the name does not resolve", e.getCause());
        } catch (TimeoutException e) {
            throw unknown(target, "the name server did not answer in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SunbeamException(FailureCode.INTERRUPTED, "interrupted", "", e);
        }
    }

    private static SunbeamException unknown(DialTarget target, String reason, @Nullable Throwable cause) {
        return new SunbeamException(
                FailureCode.CONTROL_UNREACHABLE,
                "cannot reach " + target + ": " + reason,
                "check the host name and this machine's DNS",
                cause);
    }

    private static List<IpAddress> alternate(List<IpAddress> all) {
        List<IpAddress> first = new ArrayList<>();
        List<IpAddress> second = new ArrayList<>();
        for (IpAddress address : all) {
            (address.v6() == all.getFirst().v6() ? first : second).add(address);
        }
        List<IpAddress> out = new ArrayList<>();
        for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
            if (i < first.size()) {
                out.add(first.get(i));
            }
            if (i < second.size()) {
                out.add(second.get(i));
            }
        }
        return out;
    }
}
