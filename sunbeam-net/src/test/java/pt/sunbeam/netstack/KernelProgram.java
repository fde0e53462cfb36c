package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A program on the kernel's side of a bed. */
final class KernelProgram implements AutoCloseable {
    private static final int SECONDS = 30;
    private static final File NOTHING = new File("/dev/null");

    private final Process process;
    private final Path complaints;

    private KernelProgram(Process process, Path complaints) {
        this.process = process;
        this.complaints = complaints;
    }

    /** Starts it in {@code folder}, with nothing to read; what it prints is in the file "printed". */
    static KernelProgram start(KernelBed bed, Path folder, String... command) throws Exception {
        return start(bed, folder, NOTHING, command);
    }

    /** Starts it in {@code folder}, where its standard input is; what it prints is in the file "printed". */
    static KernelProgram start(KernelBed bed, Path folder, Path input, String... command) throws Exception {
        return start(bed, folder, input.toFile(), command);
    }

    private static KernelProgram start(KernelBed bed, Path folder, File input, String... command) throws Exception {
        Path complaints = Files.createTempFile(folder, "complaints", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(input)
                .redirectOutput(folder.resolve("printed").toFile())
                .redirectError(complaints.toFile());
        return new KernelProgram(bed.in(builder::start), complaints);
    }

    /** Waits for its end, with exit code 0. */
    void awaitSuccess() throws IOException, InterruptedException {
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                .as(() -> "the end of " + process.info())
                .isTrue();
        assertThat(process.exitValue()).as(Files.readString(complaints)).isZero();
    }

    /** True until it has ended. */
    boolean isRunning() {
        return process.isAlive();
    }

    /** Ends it and what it started. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.onExit().orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }
}
