package pt.sunbeam.failure;

import org.jspecify.annotations.Nullable;

/**
 * The one exception that crosses the program's edges. The message says what failed, on which host and why, in one
 * sentence without a final full stop; the advice says what to type or do next. Neither holds a secret.
 */
public final class SunbeamException extends RuntimeException {
    private final FailureCode code;
    private final String advice;

    public SunbeamException(FailureCode code, String message, String advice) {
        this(code, message, advice, null);
    }

    public SunbeamException(FailureCode code, String message, String advice, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.advice = advice;
    }

    public FailureCode code() {
        return code;
    }

    /** What to do next; empty when there is nothing to say. */
    public String advice() {
        return advice;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
