package pt.sunbeam.control;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.tailcfg.Decoded;
import pt.sunbeam.tailcfg.MapResponse;

/**
 * The reader's end of a map stream. Owned by one virtual thread; {@link #close} may come from any. The watchdog runs only
 * while {@link #next} waits, so a slow reader is never mistaken for a silent server.
 */
public final class MapStream implements AutoCloseable {
    private final ControlUrl url;
    private final Channel stream;
    private final BlockingQueue<MapBody.Event> events;
    private final MapMessages messages;
    private final Duration silence;

    MapStream(ControlUrl url, Channel stream, BlockingQueue<MapBody.Event> events, MapLimits limits, Duration silence) {
        this.url = url;
        this.stream = stream;
        this.events = events;
        this.messages = new MapMessages(limits);
        this.silence = silence;
    }

    /** The server does not know this node: it must register again. */
    public static final class NodeUnknown extends Exception {
        NodeUnknown(String text) {
            super(text, null, false, false);
        }
    }

    /**
     * Waits for the next message.
     *
     * @throws SunbeamException when the stream ends, breaks or stays silent for too long
     * @throws NodeUnknown when the server answers 404
     */
    public MapResponse next() throws NodeUnknown {
        MapBody.Event event = poll();
        return switch (event) {
            case null -> throw failure("said nothing for " + silence.toSeconds() + " s");
            case MapBody.Event.Message message -> parse(message.bytes());
            case MapBody.Event.Ended ended -> throw failure("ended the map stream: " + ended.why());
            case MapBody.Event.Refused refused -> throw refusal(refused);
        };
    }

    private MapBody.@Nullable Event poll() {
        stream.eventLoop().execute(() -> MapBody.readMore(stream, events));
        try {
            return events.poll(silence.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Waits.interrupted(e);
        }
    }

    private MapResponse parse(byte[] frame) {
        return switch (messages.decode(frame)) {
            case Decoded.Ok<MapResponse>(MapResponse message) -> message;
            case Decoded.Malformed<MapResponse>(String reason) ->
                throw failure("sent a map message that cannot be read: " + reason);
        };
    }

    private SunbeamException refusal(MapBody.Event.Refused refused) throws NodeUnknown {
        if (refused.status() == 404) {
            throw new NodeUnknown(refused.text());
        }
        return RegisterRefusal.status(url, "the map request", refused.status(), refused.text());
    }

    private SunbeamException failure(String what) {
        return new SunbeamException(FailureCode.CONTROL_FAILED, "the control server " + url + " " + what, "");
    }

    @Override
    public void close() {
        stream.close();
        messages.close();
    }
}
