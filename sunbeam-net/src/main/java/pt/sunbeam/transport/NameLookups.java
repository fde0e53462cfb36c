package pt.sunbeam.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import pt.sunbeam.ip.IpAddress;

/**
 * Looks up many names at the same time by the system's resolver. At most {@value #MAX_AT_ONCE} are asked for at once, on
 * platform threads: the system's call cannot be ended, and would hold the carrier of a virtual thread for as long as the name
 * server says nothing. Methods may be called from any thread.
 */
public final class NameLookups {
    /** More names wait for one of these to be answered for. */
    static final int MAX_AT_ONCE = 16;

    private static final long IDLE_SECONDS = 5;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            MAX_AT_ONCE,
            MAX_AT_ONCE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("resolve-", 0).daemon().factory());

    public NameLookups() {
        threads.allowCoreThreadTimeOut(true);
    }

    /** Begins to look up each of {@code hosts}. */
    public Batch begin(Collection<String> hosts) {
        Batch batch = new Batch(hosts.size());
        for (String host : hosts) {
            threads.execute(() -> batch.lookUp(host));
        }
        return batch;
    }

    /** Names that are looked up together; what is found can be seen at any time. */
    public static final class Batch {
        private final Map<String, List<IpAddress>> found = new ConcurrentHashMap<>();
        private final CountDownLatch unanswered;
        private volatile boolean abandoned;

        private Batch(int names) {
            unanswered = new CountDownLatch(names);
        }

        /** Waits until each name is answered for, or is known not to be; false when {@code timeout} is over before. */
        public boolean await(Duration timeout) throws InterruptedException {
            return unanswered.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        }

        /** The addresses found so far, by name: none for a name that is unknown; one not answered for is absent. */
        public Map<String, List<IpAddress>> found() {
            return Map.copyOf(found);
        }

        /** Nobody waits any longer: names that nobody was asked for yet are passed over. */
        public void abandon() {
            abandoned = true;
        }

        private void lookUp(String host) {
            try {
                if (!abandoned) {
                    found.put(host, addresses(host));
                }
            } finally {
                unanswered.countDown();
            }
        }

        private static List<IpAddress> addresses(String host) {
            try {
                return Stream.of(InetAddress.getAllByName(host))
                        .map(IpAddress::of)
                        .toList();
            } catch (UnknownHostException e) {
                return List.of();
            }
        }
    }
}
