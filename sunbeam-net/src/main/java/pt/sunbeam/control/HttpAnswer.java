package pt.sunbeam.control;

/**
 * A whole HTTP answer. Not a record: it holds bytes.
 */
final class HttpAnswer {
    private final int status;
    private final String retryAfter;
    private final byte[] body;

    HttpAnswer(int status, String retryAfter, byte[] body) {
        this.status = status;
        this.retryAfter = retryAfter;
        this.body = body;
    }

    int status() {
        return status;
    }

    /** The {@code Retry-After} header, or empty. */
    String retryAfter() {
        return retryAfter;
    }

    /** Not a copy: one owner reads it once. */
    byte[] body() {
        return body;
    }

    /** The body as one line of text for a message. */
    String text() {
        return ServerText.clean(body);
    }
}
