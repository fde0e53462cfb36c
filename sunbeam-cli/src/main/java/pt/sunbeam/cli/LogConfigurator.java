package pt.sunbeam.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Logging in code: one rolling file, and standard error for a daemon in the foreground, through one redacting layout.
 * Logback finds this class as a service when the first logger is asked for; {@link #prepare} comes before that. A process
 * that never prepared logs nothing.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
    private static final long MAX_FILE_BYTES = 5L << 20;
    private static final int OLD_FILES = 2;

    /** Written once, by the thread that starts the daemon. */
    private static volatile @Nullable Target target;

    private record Target(Path file, boolean debug, boolean toStderr) {}

    /** Says where the log of this process goes. */
    static void prepare(Path file, boolean debug, boolean toStderr) {
        target = new Target(file, debug, toStderr);
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Target to = target;
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(to == null ? Level.OFF : Level.WARN);
        if (to != null) {
            context.getLogger("pt.sunbeam").setLevel(to.debug() ? Level.DEBUG : Level.INFO);
            root.addAppender(file(context, to.file()));
            if (to.toStderr()) {
                root.addAppender(stderr(context));
            }
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static PrivateRollingFileAppender file(LoggerContext context, Path file) {
        PrivateRollingFileAppender appender = new PrivateRollingFileAppender();
        appender.setContext(context);
        appender.setName("file");
        appender.setFile(file.toString());
        appender.setEncoder(encoder(context));
        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(appender);
        rolling.setMinIndex(1);
        rolling.setMaxIndex(OLD_FILES);
        rolling.setFileNamePattern(file + ".%i");
        rolling.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> trigger = new SizeBasedTriggeringPolicy<>();
        trigger.setContext(context);
        trigger.setMaxFileSize(new FileSize(MAX_FILE_BYTES));
        trigger.setCheckIncrement(Duration.buildByMilliseconds(500));
        trigger.start();
        appender.setRollingPolicy(rolling);
        appender.setTriggeringPolicy(trigger);
        appender.start();
        return appender;
    }

    private static ConsoleAppender<ILoggingEvent> stderr(LoggerContext context) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder(context));
        appender.start();
        return appender;
    }

    private static LayoutWrappingEncoder<ILoggingEvent> encoder(LoggerContext context) {
        RedactingLayout layout = new RedactingLayout();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        return encoder;
    }
}
