package pt.sunbeam.control;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;

/** Waiting on a virtual thread for what an event loop completes. */
final class Waits {
    private Waits() {}

    /**
     * The future's value.
     *
     * @param what the other end's part, for "the server did not ..."
     */
    static <T> T await(CompletableFuture<T> future, Duration timeout, ControlUrl url, String what) {
        try {
            return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(e);
        } catch (TimeoutException e) {
            throw new SunbeamException(
                    FailureCode.CONTROL_UNREACHABLE,
                    "the control server " + url + " did not " + what + " within " + timeout.toMillis() + " ms",
                    "Check that the URL is the control server's and that no proxy holds its connections",
                    e);
        } catch (ExecutionException e) {
            throw failure(url, what, e.getCause() == null ? e : e.getCause());
        }
    }

    static SunbeamException failure(ControlUrl url, String what, Throwable cause) {
        if (cause instanceof SunbeamException known) {
            return known;
        }
        String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new SunbeamException(
                FailureCode.CONTROL_FAILED,
                "the control server " + url + " did not " + what + ": " + ServerText.clean(reason),
                "Check the URL, its http:// or https:// too; the server's log may say more",
                cause);
    }

    static SunbeamException interrupted(Throwable cause) {
        return new SunbeamException(FailureCode.INTERRUPTED, "interrupted", "", cause);
    }
}
