/* The least that sending costs: packets of 172 octets over loopback, nothing else. Prints µs of CPU each. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

static double cpu_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
  const int packets = count > 1 ? atoi(arguments[1]) : 100000;
  char packet[172] = {0};
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t length = sizeof address;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int sink = socket(AF_INET, SOCK_DGRAM, 0);
  const int source = socket(AF_INET, SOCK_DGRAM, 0);
  if (bind(sink, (struct sockaddr *)&address, sizeof address) != 0) return 1;
  getsockname(sink, (struct sockaddr *)&address, &length);
  const double began = cpu_seconds();
  for (int n = 0; n < packets; n++) {
    sendto(source, packet, sizeof packet, MSG_DONTWAIT, (struct sockaddr *)&address, length);
  }
  printf("%.3f\n", (cpu_seconds() - began) * 1e6 / packets);
  return 0;
}
