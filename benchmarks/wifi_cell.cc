// One radio cell of school Wi-Fi in ns-3 3.44: access points that share a channel, each with its own stations around it.
// benchmarks/packet_simulator.py compiles and runs it; every option stands below as a `Value`. Prints one line of JSON.
//
// Conventions (those of the table that the airtime model is held against): 5 GHz, infrastructure, a constant rate a station,
// UDP of `payload` bytes every payload/load seconds with a random phase, no A-MSDU, queues long enough that only the
// lifetime of 500 ms drops packets, no queue above the MAC, stations 3 m from their access point.
#include "ns3/applications-module.h"
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/mobility-module.h"
#include "ns3/network-module.h"
#include "ns3/traffic-control-module.h"
#include "ns3/wifi-module.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <sstream>

using namespace ns3;

namespace
{

struct Rate
{
    std::string standard;
    int mcs;
    int width;
    int nss;
};

std::map<Mac48Address, Rate> g_rate; // of stations: the same both ways

WifiMode
ModeOf(const Rate& rate)
{
    std::ostringstream name;
    if (rate.standard == "n")
    {
        name << "HtMcs" << rate.mcs + 8 * (rate.nss - 1);
    }
    else
    {
        name << (rate.standard == "ac" ? "VhtMcs" : "HeMcs") << rate.mcs;
    }
    return WifiMode(name.str());
}

// Each station's data go at the rate of the table, whichever side sends them; everything else at 24 Mbit/s.
class TableRateManager : public WifiRemoteStationManager
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId id = TypeId("TableRateManager")
                               .SetParent<WifiRemoteStationManager>()
                               .AddConstructor<TableRateManager>();
        return id;
    }

  private:
    WifiRemoteStation* DoCreateStation() const override { return new WifiRemoteStation(); }
    void DoReportRxOk(WifiRemoteStation*, double, WifiMode) override {}
    void DoReportRtsFailed(WifiRemoteStation*) override {}
    void DoReportDataFailed(WifiRemoteStation*) override {}
    void DoReportRtsOk(WifiRemoteStation*, double, WifiMode, double) override {}
    void DoReportDataOk(WifiRemoteStation*, double, WifiMode, double, MHz_u, uint8_t) override {}
    void DoReportFinalRtsFailed(WifiRemoteStation*) override {}
    void DoReportFinalDataFailed(WifiRemoteStation*) override {}

    WifiTxVector DoGetDataTxVector(WifiRemoteStation* station, MHz_u allowed) override
    {
        auto found = g_rate.find(GetMac()->GetAddress());
        if (found == g_rate.end())
        {
            found = g_rate.find(station->m_state->m_address);
        }
        if (found == g_rate.end())
        {
            return Plain(station, WifiMode("OfdmRate6Mbps"));
        }
        const auto mode = ModeOf(found->second);
        return WifiTxVector(mode,
                            GetDefaultTxPowerLevel(),
                            GetPreambleForTransmission(mode.GetModulationClass(), GetShortPreambleEnabled()),
                            GetGuardIntervalForMode(mode, GetPhy()->GetDevice()),
                            GetNumberOfAntennas(),
                            found->second.nss,
                            0,
                            std::min<MHz_u>(MHz_u{static_cast<double>(found->second.width)}, allowed),
                            GetAggregation(station));
    }

    WifiTxVector DoGetRtsTxVector(WifiRemoteStation* station) override
    {
        return Plain(station, WifiMode("OfdmRate24Mbps"));
    }

    WifiTxVector Plain(WifiRemoteStation* station, const WifiMode& mode)
    {
        return WifiTxVector(mode,
                            GetDefaultTxPowerLevel(),
                            GetPreambleForTransmission(mode.GetModulationClass(), GetShortPreambleEnabled()),
                            NanoSeconds(800),
                            1,
                            1,
                            0,
                            MHz_u{20},
                            false);
    }
};

NS_OBJECT_ENSURE_REGISTERED(TableRateManager);

// What one station's stream delivered inside the measured window.
struct Stream
{
    int bss;
    bool slow;
    uint64_t sent{0};     // packets sent in the window
    uint64_t arrived{0};  // of those
    uint64_t bytes{0};    // payload that arrived in the window
    std::vector<double> delay_ms;
};

double g_begin;
double g_end;

bool
InWindow(double t)
{
    return t >= g_begin && t < g_end;
}

// Sends `burst` packets at once, every interval, with the time of sending in the payload.
class Source
{
  public:
    Source(Ptr<Node> node, Address to, uint8_t tos, uint32_t payload, uint32_t burst, double interval, Stream* stream)
        : m_payload(payload),
          m_burst(burst),
          m_interval(interval),
          m_stream(stream)
    {
        m_socket = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
        m_socket->SetIpTos(tos);
        m_socket->Connect(to);
    }

    void Send()
    {
        for (uint32_t k = 0; k < m_burst; ++k)
        {
            SeqTsHeader stamp;
            auto packet = Create<Packet>(m_payload - stamp.GetSerializedSize());
            packet->AddHeader(stamp);
            m_socket->Send(packet);
            m_stream->sent += InWindow(Simulator::Now().GetSeconds());
        }
        Simulator::Schedule(Seconds(m_interval), &Source::Send, this);
    }

  private:
    Ptr<Socket> m_socket;
    uint32_t m_payload;
    uint32_t m_burst;
    double m_interval;
    Stream* m_stream;
};

void
Receive(Stream* stream, Ptr<Socket> socket)
{
    while (auto packet = socket->Recv())
    {
        const double now = Simulator::Now().GetSeconds();
        const auto size = packet->GetSize();
        SeqTsHeader stamp;
        packet->RemoveHeader(stamp);
        stream->arrived += InWindow(stamp.GetTs().GetSeconds());
        if (InWindow(now))
        {
            stream->bytes += size;
            stream->delay_ms.push_back(1e3 * (now - stamp.GetTs().GetSeconds()));
        }
    }
}

void
ReceiveTcp(Stream* stream, Ptr<const Packet> packet, const Address&)
{
    if (InWindow(Simulator::Now().GetSeconds()))
    {
        stream->bytes += packet->GetSize();
    }
}

// The union of the times in which any radio sends.
double g_until = 0.0;
double g_busy = 0.0;
uint64_t g_mpdus = 0;
uint64_t g_ppdus = 0;

void
Transmit(WifiConstPsduMap psdus, WifiTxVector vector, double)
{
    const double now = Simulator::Now().GetSeconds();
    const double end =
        now + WifiPhy::CalculateTxDuration(psdus, vector, WIFI_PHY_BAND_5GHZ).GetSeconds();
    const double from = std::max({now, g_until, g_begin});
    g_busy += std::max(0.0, std::min(end, g_end) - from);
    g_until = std::max(g_until, end);
    const auto& psdu = psdus.begin()->second;
    if (InWindow(now) && psdu->GetHeader(0).IsQosData() && !psdu->GetHeader(0).GetAddr1().IsGroup())
    {
        g_mpdus += psdu->GetNMpdus();
        ++g_ppdus;
    }
}

double
Percentile(std::vector<double> values, double share)
{
    if (values.empty())
    {
        return 0.0;
    }
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, static_cast<size_t>(share * values.size()))];
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string std_ = "ac";
    std::string mcs = "8";
    std::string proto = "udp";
    std::string ac = "be";
    std::string dir = "dl";
    std::string slowStd;
    int bw = 20;
    int nss = 1;
    int gi = 400;
    int payload = 1400;
    int n = 1;
    int bss = 1;
    int slow = 0;
    int slowMcs = 0;
    int slowBw = 20;
    int ampdu = 0;
    int buf = 0;
    int bar = 1;
    int rts = 4692480;
    double bssDist = 10.0;
    double dist = 3.0;
    double load = 1.0;
    double burst = 0.0;
    double warm = 2.0;
    double time = 4.0;
    int seed = 1;
    CommandLine cmd;
    cmd.AddValue("std", "standard: n, ac, ax", std_);
    cmd.AddValue("bw", "MHz", bw);
    cmd.AddValue("nss", "spatial streams", nss);
    cmd.AddValue("mcs", "one scheme, or a list with commas: equal shares of the stations", mcs);
    cmd.AddValue("gi", "guard interval, ns", gi);
    cmd.AddValue("payload", "bytes", payload);
    cmd.AddValue("n", "stations an access point", n);
    cmd.AddValue("bss", "access points", bss);
    cmd.AddValue("bssDist", "metres between access points", bssDist);
    cmd.AddValue("proto", "udp or tcp", proto);
    cmd.AddValue("ac", "be or vi", ac);
    cmd.AddValue("dir", "dl or ul", dir);
    cmd.AddValue("load", "Mbit/s a station", load);
    cmd.AddValue("dist", "metres from station to access point", dist);
    cmd.AddValue("slow", "1: the last station is slow", slow);
    cmd.AddValue("slowStd", "its standard", slowStd);
    cmd.AddValue("slowMcs", "its scheme", slowMcs);
    cmd.AddValue("slowBw", "its width", slowBw);
    cmd.AddValue("ampdu", "bytes, 0: the standard's", ampdu);
    cmd.AddValue("buf", "block-ack window, 0: the standard's", buf);
    cmd.AddValue("bar", "1: block-ack requests after a missed block ack", bar);
    cmd.AddValue("rts", "bytes from which RTS is used", rts);
    cmd.AddValue("burst", "frames a second, each sent as one burst; 0: single packets", burst);
    cmd.AddValue("warm", "seconds before the window", warm);
    cmd.AddValue("time", "seconds of the window", time);
    cmd.AddValue("seed", "run number", seed);
    cmd.Parse(argc, argv);
    RngSeedManager::SetRun(seed);
    g_begin = warm;
    g_end = warm + time;

    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(1 << 22));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(1 << 22));
    Config::SetDefault("ns3::WifiMacQueue::MaxSize",
                       QueueSizeValue(QueueSize(QueueSizeUnit::PACKETS, std::max(2000, 200 * n))));
    Config::SetDefault("ns3::QosTxop::UseExplicitBarAfterMissedBlockAck", BooleanValue(bar == 1));
    Config::SetDefault("ns3::WifiRemoteStationManager::RtsCtsThreshold", UintegerValue(rts));
    if (buf > 0)
    {
        Config::SetDefault("ns3::WifiMac::MpduBufferSize", UintegerValue(buf));
    }

    std::vector<int> schemes;
    std::stringstream list(mcs);
    for (std::string item; std::getline(list, item, ',');)
    {
        schemes.push_back(std::stoi(item));
    }

    WifiHelper wifi;
    wifi.SetStandard(std_ == "n"    ? WIFI_STANDARD_80211n
                     : std_ == "ac" ? WIFI_STANDARD_80211ac
                                    : WIFI_STANDARD_80211ax);
    wifi.SetRemoteStationManager("TableRateManager");
    auto channel = YansWifiChannelHelper::Default().Create();
    YansWifiPhyHelper phy;
    phy.SetChannel(channel);
    std::ostringstream settings;
    settings << "{0, " << bw << ", BAND_5GHZ, 0}";
    phy.Set("ChannelSettings", StringValue(settings.str()));
    phy.Set("Antennas", UintegerValue(nss));
    phy.Set("MaxSupportedTxSpatialStreams", UintegerValue(nss));
    phy.Set("MaxSupportedRxSpatialStreams", UintegerValue(nss));

    const uint32_t limit = ampdu > 0 ? ampdu : std_ == "n" ? 65535 : std_ == "ac" ? 1048575 : 6500631;
    WifiMacHelper mac;
    MobilityHelper mobility;
    mobility.SetMobilityModel("ns3::ConstantPositionMobilityModel");
    InternetStackHelper stack;
    std::vector<std::unique_ptr<Stream>> streams;
    std::vector<std::unique_ptr<Source>> sources;
    auto random = CreateObject<UniformRandomVariable>();
    const uint16_t port = 9;

    for (int b = 0; b < bss; ++b)
    {
        NodeContainer ap(1);
        NodeContainer stations(n);
        std::ostringstream ssid;
        ssid << "cell-" << b;
        mac.SetType("ns3::ApWifiMac",
                    "Ssid",
                    SsidValue(Ssid(ssid.str())),
                    "BE_MaxAmpduSize",
                    UintegerValue(limit),
                    "VI_MaxAmpduSize",
                    UintegerValue(limit),
                    "BE_MaxAmsduSize",
                    UintegerValue(0),
                    "VI_MaxAmsduSize",
                    UintegerValue(0));
        auto apDevice = wifi.Install(phy, mac, ap);
        mac.SetType("ns3::StaWifiMac",
                    "Ssid",
                    SsidValue(Ssid(ssid.str())),
                    "BE_MaxAmpduSize",
                    UintegerValue(limit),
                    "VI_MaxAmpduSize",
                    UintegerValue(limit),
                    "BE_MaxAmsduSize",
                    UintegerValue(0),
                    "VI_MaxAmsduSize",
                    UintegerValue(0));
        auto devices = wifi.Install(phy, mac, stations);
        NetDeviceContainer all(apDevice, devices);
        for (uint32_t k = 0; k < all.GetN(); ++k)
        {
            auto device = DynamicCast<WifiNetDevice>(all.Get(k));
            if (std_ == "ax")
            {
                device->GetHeConfiguration()->SetGuardInterval(NanoSeconds(gi));
            }
            else
            {
                device->GetHtConfiguration()->SetShortGuardIntervalSupported(gi == 400);
            }
            device->GetPhy()->TraceConnectWithoutContext("PhyTxPsduBegin", MakeCallback(&Transmit));
        }

        // two access points on a line, three on a triangle; stations on a circle
        const double x = b == 1 ? bssDist : b == 2 ? bssDist / 2.0 : 0.0;
        const double y = b == 2 ? bssDist * std::sqrt(0.75) : 0.0;
        auto places = CreateObject<ListPositionAllocator>();
        places->Add(Vector(x, y, 0.0));
        for (int k = 0; k < n; ++k)
        {
            const double angle = 2.0 * M_PI * k / n;
            places->Add(Vector(x + dist * std::cos(angle), y + dist * std::sin(angle), 0.0));
        }
        mobility.SetPositionAllocator(places);
        mobility.Install(ap);
        mobility.Install(stations);

        stack.Install(ap);
        stack.Install(stations);
        std::ostringstream net;
        net << "10.0." << b << ".0";
        Ipv4AddressHelper address(net.str().c_str(), "255.255.255.0");
        auto interfaces = address.Assign(all);
        TrafficControlHelper control;
        control.Uninstall(all);

        for (int k = 0; k < n; ++k)
        {
            const bool last = slow == 1 && k == n - 1;
            const auto own = Mac48Address::ConvertFrom(devices.Get(k)->GetAddress());
            const auto standard = last && !slowStd.empty() ? slowStd : std_;
            g_rate[own] = last ? Rate{standard, slowMcs, slowBw, 1} : Rate{std_, schemes[k % schemes.size()], bw, nss};
            streams.push_back(std::make_unique<Stream>());
            auto stream = streams.back().get();
            stream->bss = b;
            stream->slow = last;
            const bool up = dir == "ul";
            auto sender = up ? stations.Get(k) : ap.Get(0);
            auto receiver = up ? ap.Get(0) : stations.Get(k);
            const InetSocketAddress to(interfaces.GetAddress(up ? 0 : k + 1), port + (up ? k : 0));
            const InetSocketAddress any(Ipv4Address::GetAny(), to.GetPort());
            const double begin = 1.0;
            if (proto == "tcp")
            {
                BulkSendHelper bulk("ns3::TcpSocketFactory", to);
                bulk.SetAttribute("MaxBytes", UintegerValue(0));
                bulk.SetAttribute("SendSize", UintegerValue(1448));
                bulk.Install(sender).Start(Seconds(begin + random->GetValue(0.0, 0.1)));
                PacketSinkHelper sink("ns3::TcpSocketFactory", any);
                auto apps = sink.Install(receiver);
                apps.Get(0)->TraceConnectWithoutContext("Rx", MakeBoundCallback(&ReceiveTcp, stream));
                continue;
            }
            const double each = payload * 8.0 / (load * 1e6);
            const auto packets = burst > 0 ? std::max(1.0, std::round(1.0 / burst / each)) : 1.0;
            const double interval = burst > 0 ? 1.0 / burst : each;
            auto sink = Socket::CreateSocket(receiver, UdpSocketFactory::GetTypeId());
            sink->Bind(any);
            sink->SetRecvCallback(MakeBoundCallback(&Receive, stream));
            sources.push_back(
                std::make_unique<Source>(sender, to, ac == "vi" ? 0xa0 : 0x00, payload, packets, interval, stream));
            Simulator::ScheduleWithContext(sender->GetId(),
                                           Seconds(begin + random->GetValue(0.0, interval)),
                                           &Source::Send,
                                           sources.back().get());
        }
    }

    // an address that is asked for in the air and lost would cost its station a second
    NeighborCacheHelper neighbours;
    neighbours.PopulateNeighborCache();
    Simulator::Stop(Seconds(g_end));
    Simulator::Run();

    double total = 0.0;
    double least = 1e9;
    double slowRate = -1.0;
    uint64_t sent = 0;
    uint64_t arrived = 0;
    double worstP95 = 0.0;
    double worstLoss = 0.0;
    double sum = 0.0;
    double square = 0.0;
    std::vector<double> delays;
    std::vector<double> cell(bss, 0.0);
    for (const auto& s : streams)
    {
        const double rate = s->bytes * 8.0 / time / 1e6;
        total += rate;
        square += rate * rate;
        cell[s->bss] += rate;
        least = std::min(least, rate);
        slowRate = s->slow ? rate : slowRate;
        sent += s->sent;
        arrived += s->arrived;
        worstLoss = std::max(worstLoss, s->sent ? 1.0 - double(s->arrived) / s->sent : 0.0);
        worstP95 = std::max(worstP95, Percentile(s->delay_ms, 0.95));
        delays.insert(delays.end(), s->delay_ms.begin(), s->delay_ms.end());
        for (auto d : s->delay_ms)
        {
            sum += d;
        }
    }
    std::cout << "{\"ns_agg\": " << total << ", \"ns_mpdus\": " << (g_ppdus ? double(g_mpdus) / g_ppdus : 0.0)
              << ", \"busy\": " << g_busy / time << ", \"min\": " << least << ", \"mean\": " << total / streams.size()
              << ", \"jain\": " << (square > 0 ? total * total / square / streams.size() : 0.0)
              << ", \"loss\": " << (sent ? 1.0 - double(arrived) / sent : 0.0) << ", \"worst_loss\": " << worstLoss
              << ", \"delay_mean_ms\": " << (delays.empty() ? 0.0 : sum / delays.size())
              << ", \"delay_p95_ms\": " << Percentile(delays, 0.95) << ", \"delay_p95_worst_ms\": " << worstP95
              << ", \"slow\": " << slowRate << ", \"per_bss\": [";
    for (int b = 0; b < bss; ++b)
    {
        std::cout << (b ? ", " : "") << cell[b];
    }
    std::cout << "]}" << std::endl;
    Simulator::Destroy();
    return 0;
}
