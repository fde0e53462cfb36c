package pt.sunbeam.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The system's resolver, but for two made-up domains, whose names wait for {@link #release}: those under {@code late.invalid} are
 * 127.0.0.1 then, those under {@code slow.invalid} are unknown.
 */
public final class SlowNames extends InetAddressResolverProvider {
    private static final Semaphore HELD = new Semaphore(0);
    private static volatile CountDownLatch gate = new CountDownLatch(0);

    /** From now on names wait. */
    public static void hold() {
        HELD.drainPermits();
        gate = new CountDownLatch(1);
    }

    public static void release() {
        gate.countDown();
    }

    /** Whether {@code names} wait at the same time, soon. */
    public static boolean awaitHeld(int names) throws InterruptedException {
        return HELD.tryAcquire(names, 10, TimeUnit.SECONDS);
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver system = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                boolean late = host.endsWith(".late.invalid");
                if (!late && !host.endsWith(".slow.invalid")) {
                    return system.lookupByName(host, policy);
                }
                await();
                if (!late) {
                    throw new UnknownHostException(host);
                }
                return Stream.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}));
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                return system.lookupByAddress(address);
            }
        };
    }

    private static void await() {
        HELD.release();
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String name() {
        return "slow names";
    }
}
