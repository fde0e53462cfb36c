package pt.sunbeam.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;
import java.io.IOException;
import java.nio.file.Path;
import pt.sunbeam.config.PrivateFiles;

/** A rolling file that is its owner's alone from the first byte, also each new one: made before it is opened. */
final class PrivateRollingFileAppender extends RollingFileAppender<ILoggingEvent> {
    @Override
    public void openFile(String name) throws IOException {
        PrivateFiles.createFile(Path.of(name));
        super.openFile(name);
    }
}
