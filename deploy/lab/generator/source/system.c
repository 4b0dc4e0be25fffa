#include "system.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"

/* Beside the connections: standard streams, the poller. */
#define OTHER_FILES 16

void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(2);
}

void *allocate(size_t count, size_t size) {
    void *memory = calloc(count ? count : 1, size);
    if (memory == NULL)
        die("out of memory");
    return memory;
}

void end_with_parent(int parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* It may have ended before the line above. */
    if (parent > 0 && getppid() != parent)
        die("the program that started this one has ended");
}

void pin_to(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        die("the load generator cannot run on core %d: %s", cpu, strerror(errno));
}

void allow_files(int connections) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    rlim_t needed = (rlim_t)connections + OTHER_FILES;
    if (limit.rlim_max != RLIM_INFINITY && needed > limit.rlim_max)
        die("%d connections need %llu open files, the hard limit is %llu: raise it (ulimit -Hn, or nofile in"
            " /etc/security/limits.conf)",
            connections, (unsigned long long)needed, (unsigned long long)limit.rlim_max);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static struct sockaddr_in local(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int connect_local(int port) {
    struct sockaddr_in address = local(port);
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) {
        int why = errno;
        close(fd);
        errno = why;
        return -1;
    }
    return fd;
}

int listen_local(int *port) {
    struct sockaddr_in address = local(*port);
    socklen_t size = sizeof address;
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 4096) != 0)
        die("port %d of 127.0.0.1: %s", *port, strerror(errno));
    getsockname(fd, (struct sockaddr *)&address, &size);
    *port = ntohs(address.sin_port);
    return fd;
}

int poller_open(void) {
    int poller = epoll_create1(EPOLL_CLOEXEC);
    if (poller < 0)
        die("epoll: %s", strerror(errno));
    /* Timers are otherwise late by up to 50 microseconds. */
    prctl(PR_SET_TIMERSLACK, 1UL);
    return poller;
}

void poller_add(int poller, int fd, void *context) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = context};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0)
        die("epoll: %s", strerror(errno));
}

int poller_wait(int poller, struct epoll_event *events, int most, uint64_t until_ns) {
    uint64_t now = now_ns();
    uint64_t left = until_ns > now ? until_ns - now : 0;
    int ready = -1;
    errno = ENOSYS;
#ifdef SYS_epoll_pwait2
    struct timespec wait = {.tv_sec = (time_t)(left / SECOND_NS), .tv_nsec = (long)(left % SECOND_NS)};
    ready = (int)syscall(SYS_epoll_pwait2, poller, events, most, &wait, NULL, 0);
#endif
    /* Before Linux 5.11 waits are whole milliseconds: the last one is spent asking again and again. */
    if (ready < 0 && errno == ENOSYS)
        ready = epoll_wait(poller, events, most, (int)(left / MILLISECOND_NS));
    if (ready < 0 && errno != EINTR)
        die("epoll: %s", strerror(errno));
    return ready < 0 ? 0 : ready;
}
